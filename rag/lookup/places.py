"""Countries by the names that texts give them: the country, its adjective, some of its cities.

In: text. Out: countries. Made by hand for the lands that health evidence mostly comes from; a name that means
other things as well ("Turkey", "Jordan", "Georgia") needs its capital, like all of them.
"""

from __future__ import annotations

import re
from functools import lru_cache

# Country: other names, adjectives, abbreviations of journals, cities. Case counts.
_PLACES = """
Australia: Australian, Aust, Aussie, Sydney, Melbourne, Brisbane, Perth, Adelaide, Queensland
Austria: Austrian, Vienna
Bangladesh: Bangladeshi, Dhaka
Belgium: Belgian, Brussels
Botswana: Botswanan
Brazil: Brazilian
Cambodia: Cambodian
Canada: Canadian, Ontario, Toronto, Alberta, Quebec, Montreal, Vancouver, Ottawa, British Columbia, Nova Scotia
China: Chinese, Beijing, Shanghai, Hong Kong
Denmark: Danish, Denmark's, Copenhagen
Ethiopia: Ethiopian
Finland: Finnish, Helsinki
France: French, Paris
Germany: German, Berlin
Ghana: Ghanaian
Greece: Greek
Haiti: Haitian
India: Indian, Mumbai, Delhi
Indonesia: Indonesian
Iran: Iranian
Ireland: Irish, Dublin
Israel: Israeli
Italy: Italian, Rome
Japan: Japanese, Tokyo
Kenya: Kenyan, Nairobi
Malawi: Malawian
Malaysia: Malaysian
Mexico: Mexican
Mozambique: Mozambican
Nepal: Nepalese, Nepali
Netherlands: Dutch, Holland, Amsterdam, Rotterdam, Utrecht
New Zealand: New Zealander, Auckland
Nigeria: Nigerian
Norway: Norwegian, Oslo
Pakistan: Pakistani
Peru: Peruvian
Philippines: Philippine, Filipino
Poland: Polish
Portugal: Portuguese
Russia: Russian
Rwanda: Rwandan
Singapore: Singaporean
South Africa: South African, Cape Town, Johannesburg
South Korea: Korean, Korea, Seoul
Spain: Spanish, Madrid, Barcelona
Sweden: Swedish, Stockholm
Switzerland: Swiss, Zurich, Geneva
Tanzania: Tanzanian
Thailand: Thai
Uganda: Ugandan, Kampala
Ukraine: Ukrainian
United Kingdom: UK, British, Britain, England, English, Scotland, Scottish, Wales, Welsh, London, Leeds, Bristol, NHS
United States: US, USA, U.S., American, America, African American, African-American, New York, California
Vietnam: Vietnamese
Zambia: Zambian
Zimbabwe: Zimbabwean
"""
# Words that hold a name and mean another thing: journals and languages say little of where a study was done.
_NOT = re.compile(
    r"\b(?:in English|English[- ](?:language|speaking)|Spanish[- ]speaking|French[- ]speaking|British Journal"
    r"|American Journal|Am J|Br J|New England Journal|Latin America\w*|North America\w*|South America\w*"
    r")\b"
    r"|\b[A-Z][\w'’-]+ (?!UK\b|US\b|USA\b|NHS\b)[A-Z]{1,3}\b(?=[,.]| et al)"  # an author: "Alberta AJ,"
    r"|(?<=[.?!] )[A-Z][\w ]+(?:, [A-Z][\w .]+)?:(?= [A-Z])"  # where a book was printed: "London: Sage"
)
_INFORMAL = {
    "down under": "Australia",
    "the states": "United States",
    "us studies": "United States",
    "us research": "United States",
}
_SHORT = 2  # letters: a name so short needs its capitals ("US")


@lru_cache(maxsize=1)
def _names() -> tuple[re.Pattern[str], dict[str, str]]:
    country_of: dict[str, str] = {}
    for line in _PLACES.strip().splitlines():
        country, _, others = line.partition(": ")
        for name in (country, *others.split(", ")):
            country_of[name] = country
    longest_first = sorted(country_of, key=lambda name: (-len(name), name))
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, longest_first)) + r")(?!\w)"), country_of


def countries(text: str, *, asked: bool = False) -> tuple[str, ...]:
    """The countries that a text names, in its order. `asked`: in a question, small letters and "down under" do."""
    pattern, country_of = _names()
    found = [country_of[match.group()] for match in pattern.finditer(_NOT.sub(" ", text))]
    if asked and not found:
        lower = text.casefold()
        found = [country for words, country in _INFORMAL.items() if words in lower]
        for name, country in country_of.items():
            if (len(name) > _SHORT or name == "UK") and re.search(rf"(?<!\w){re.escape(name.casefold())}(?!\w)", lower):
                found.append(country)
    return tuple(dict.fromkeys(found))


def names_of(country: str) -> tuple[str, ...]:
    """The names by which a country goes."""
    return tuple(name for name, known in _names()[1].items() if known == country)
