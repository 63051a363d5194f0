"""Countries, by the names, adjectives, cities and abbreviations that texts give them.

In: nothing. Out: name → country. Made by hand for the lands that health evidence mostly comes from.
"""

from __future__ import annotations

from collections.abc import Mapping

# Country: other names / adjectives / its regions and cities, and what journals call it.
_TABLE = """
Argentina: / Argentine Argentinian
Australia: / Australian / Aust, Aussie, Sydney, Melbourne, Brisbane, Perth, Adelaide, Queensland
Austria: / Austrian / Vienna
Bangladesh: / Bangladeshi / Dhaka
Belgium: / Belgian / Brussels
Botswana: / Botswanan
Brazil: / Brazilian
Cambodia: / Cambodian
Cameroon:
Canada: / Canadian / Ontario, Toronto, Alberta, Quebec, Montreal, Vancouver, Ottawa, British Columbia, Nova Scotia
Chile: / Chilean
China: / Chinese / Beijing, Shanghai, Hong Kong
Colombia: / Colombian
Denmark: / Danish / Copenhagen
Egypt: / Egyptian
Ethiopia: / Ethiopian
Finland: / Finnish / Helsinki
France: / French / Paris
Germany: / German / Berlin
Ghana: / Ghanaian
Greece: / Greek
Guatemala:
Haiti: / Haitian
Hungary: / Hungarian
India: / Indian / Mumbai, Delhi
Indonesia: / Indonesian
Iran: / Iranian
Ireland: / Irish / Dublin
Israel: / Israeli
Italy: / Italian / Rome
Japan: / Japanese / Tokyo
Kenya: / Kenyan / Nairobi
Lesotho:
Malawi: / Malawian
Malaysia: / Malaysian
Mali: / Malian
Mexico: / Mexican
Mozambique: / Mozambican
Nepal: / Nepalese Nepali
Netherlands: the Netherlands, Holland / Dutch / Amsterdam, Rotterdam, Utrecht
New Zealand: / New_Zealand / New Zealander, Auckland
Nicaragua: / Nicaraguan
Niger:
Nigeria: / Nigerian
Norway: / Norwegian / Oslo
Pakistan: / Pakistani
Peru: / Peruvian
Philippines: / Filipino Philippine
Poland: / Polish
Portugal: / Portuguese
Russia: / Russian
Rwanda: / Rwandan
Senegal:
Singapore: / Singaporean
South Africa: / South_African / Cape Town, Johannesburg
South Korea: Korea / Korean / Seoul
Spain: / Spanish / Madrid, Barcelona
Sri Lanka:
Sweden: / Swedish / Stockholm
Switzerland: / Swiss / Zurich, Geneva
Taiwan: / Taiwanese
Tanzania: / Tanzanian
Thailand: / Thai
Turkey: / Turkish
Uganda: / Ugandan / Kampala
Ukraine: / Ukrainian
United Kingdom: UK, U.K., Great Britain, England, Scotland, Wales, Northern Ireland / UK U.K. British Scottish Welsh / Britain, English, London, Leeds, Bristol, NHS
United States: USA, U.S.A., US, U.S. / US U.S. USA American / America, African American, African-American, New York, California
Vietnam: / Vietnamese
Zambia: / Zambian
Zimbabwe: / Zimbabwean
"""  # noqa: E501


def _read() -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    names: dict[str, str] = {}
    peoples: dict[str, str] = {}
    signs: dict[str, str] = {}
    for line in _TABLE.strip().splitlines():
        country, _, rest = line.partition(":")
        others, adjectives, within = (*rest.split("/"), "", "")[:3]
        names |= dict.fromkeys((country, *_listed(others)), country)
        peoples |= {adjective.replace("_", " "): country for adjective in adjectives.split()}
        signs |= dict.fromkeys(_listed(within), country)
    return names, peoples, names | peoples | signs


def _listed(cell: str) -> list[str]:
    return [name for name in map(str.strip, cell.split(",")) if name]


COUNTRIES: Mapping[str, str]
DEMONYMS: Mapping[str, str]
SIGNS: Mapping[str, str]  # both of these, cities and abbreviations
COUNTRIES, DEMONYMS, SIGNS = _read()
