"""Countries, and the adjectives by which a study is said to come from one. In: nothing. Out: name → country."""

from __future__ import annotations

from collections.abc import Mapping

# Country: other names / adjectives.
_TABLE = """
Argentina: / Argentine Argentinian
Australia: / Australian
Austria: / Austrian
Bangladesh: / Bangladeshi
Belgium: / Belgian
Botswana:
Brazil: / Brazilian
Cambodia: / Cambodian
Cameroon:
Canada: / Canadian
Chile: / Chilean
China: / Chinese
Colombia: / Colombian
Denmark: / Danish
Egypt: / Egyptian
Ethiopia: / Ethiopian
Finland: / Finnish
France: / French
Germany: / German
Ghana: / Ghanaian
Greece: / Greek
Guatemala:
Haiti: / Haitian
Hungary: / Hungarian
India: / Indian
Indonesia: / Indonesian
Iran: / Iranian
Ireland: / Irish
Israel: / Israeli
Italy: / Italian
Japan: / Japanese
Kenya: / Kenyan
Lesotho:
Malawi: / Malawian
Malaysia: / Malaysian
Mali: / Malian
Mexico: / Mexican
Mozambique:
Nepal: / Nepalese
Netherlands: the Netherlands, Holland / Dutch
New Zealand: / New_Zealand
Nicaragua: / Nicaraguan
Niger:
Nigeria: / Nigerian
Norway: / Norwegian
Pakistan: / Pakistani
Peru: / Peruvian
Philippines: / Filipino
Poland: / Polish
Portugal: / Portuguese
Russia: / Russian
Rwanda: / Rwandan
Senegal:
Singapore:
South Africa: / South_African
South Korea: Korea / Korean
Spain: / Spanish
Sri Lanka:
Sweden: / Swedish
Switzerland: / Swiss
Taiwan: / Taiwanese
Tanzania: / Tanzanian
Thailand: / Thai
Turkey: / Turkish
Uganda: / Ugandan
United Kingdom: UK, U.K., Great Britain, England, Scotland, Wales, Northern Ireland / UK U.K. British Scottish Welsh
United States: USA, U.S.A., US, U.S. / US U.S. USA American
Vietnam: / Vietnamese
Zambia: / Zambian
Zimbabwe: / Zimbabwean
"""


def _read() -> tuple[dict[str, str], dict[str, str]]:
    names, peoples = {}, {}
    for line in _TABLE.strip().splitlines():
        country, _, rest = line.partition(":")
        others, _, adjectives = rest.partition("/")
        for name in (country, *filter(None, map(str.strip, others.split(",")))):
            names[name] = country
        for adjective in adjectives.split():
            peoples[adjective.replace("_", " ")] = country
    return names, peoples


COUNTRIES: Mapping[str, str]
DEMONYMS: Mapping[str, str]
COUNTRIES, DEMONYMS = _read()
