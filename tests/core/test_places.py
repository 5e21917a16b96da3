"""Places as people name them."""

import json
from pathlib import Path

import pytest
from django.conf import settings

from practices.core import places
from practices.core.places import Area, OneCountry, SeveralCountries, Unknown

NAMES = """
AE: UAE; U.A.E.
AG: Antigua
AR: Argentine
AS: American Samoa
AX: Aland Islands
BA: BiH; Bosnia-Herzegovina; Bosnie-Herzégovine; BIH; Bosnia; Bosnia & Herzegovina
BE: Belgique; Bélgica
BF: Upper Volta; Burkina
BL: Saint Barthelemy
BN: Brunei
BO: Bolivia, Plurinational State of; Bolivia
BR: Brésil
BS: Bahamas, The
BY: Bélarus; Byelorussia
CD: Zaire; Congo, Dem. Rep.; Congo (Kinshasa); Congo (Democratic Republic of the); DR Congo; D.R. Congo; DRC;
  Congo-Kinshasa; Democratic Republic of Congo; RDC
CF: CAR; RCA; Centrafrique
CG: Congo, Rep.; Rep. Congo; Congo-Brazzaville; Republic of the Congo
CH: Schweiz; Suisse
CI: Côte d'Ivoire (Ivory Coast); Cote dIvoire; COTE D'IVOIRE; Republic of Côte d'Ivoire; Ivory Coast; Côte
  d'Ivoire; Cote d'Ivoire
CK: Cook Is.
CM: Cameroun
CN: PRC; Chine
CV: Cap-Vert; Cabo Verde (Cape Verde); Cape Verde; Cabo Verde
CW: Curacao
CY: Cyprus, Republic of
CZ: Czech Republic; Czechia (Czech Republic)
DE: Deutschland; Bundesrepublik Deutschland; Allemagne; Alemania; Germany
DJ: Djibouti; Yibuti
DM: Commonwealth of Dominica; Dominica
DO: Dominican Rep.; República Dominicana
DZ: Argelia; Algérie
EC: Equateur
EE: Estonie
EG: Egypt, Arab Rep.; Égypte; Egipto
ES: España; Kingdom of Spain; Espagne
ET: Éthiopie; Abyssinia
FJ: Fidji; Fiyi
FK: Falklands; Malvinas
FM: Micronesia, Fed. Sts.; Federated States of Micronesia; Micronesia
FO: Faroe Is.
GB: England; Inglaterra; Northern Ireland; gbr; GB; UK; U.K.; United Kingdom; Great Britain; Royaume-Uni; Reino
  Unido
GE: Georgia (country); Georgia
GF: Guyane
GM: Gambia; the gambia; Gambia, The
GN: Republic of Guinea; Guinée; Guinée Conakry; Guinea; Guinea Conakry
GQ: Guinée équatoriale; Equatorial Guinea; Eq. Guinea
GR: Grèce; Grecia; Hellas
GW: Guinea-Bissau; Guinea Bissau
GY: Guyana
HK: Hong Kong SAR, China; Hong Kong
HT: Haïti; Hayti
HU: Hongrie; Hungría
IE: Republic of Ireland; Ireland
IM: Isle of Man
IN: Inde; Bharat
IQ: Irak; Iraq
IR: Persia; Iran, Islamic Rep.; Islamic Republic of Iran; Iran
IS: Islandia; Islande
JE: Jersey
JO: Hashemite Kingdom of Jordan; Jordan, Hashemite Kingdom of; Jordanie
JP: Japon; Japón; 日本; Япония; اليابان
KE: Kenia; KEN
KG: Kirghizistan; Kyrgyzstan; Kyrgyz Republic
KH: Kampuchea
KI: Kiribati
KM: Comores
KN: St Kitts & Nevis
KP: Korea, Dem. People's Rep.; Korea DPR; N. Korea; North Korea; DPRK
KR: ROK; Corea del Sur; Korea, Rep.; Южная Корея; 韩国; the Republic of Korea; Korea (South); Korea (the Republic
  of); S. Korea; KOR; kor; South Korea; Republic of Korea; Korea, Republic of; Corée du Sud
KY: Cayman Is.
KZ: Kazajistán; Kazakhstan
LA: Lao PDR; Lao People's Democratic Republic; Lao Peoples Democratic Republic; Laos
LB: Líbano; Liban
LC: St. Lucia; Saint Lucia
LK: Ceylon
LT: Lituanie
LV: Lettonie
LY: Libyan Arab Jamahiriya; Libye
MA: Kingdom of Morocco; Royaume du Maroc; Maroc; Marruecos
MD: Moldova, Republic of; Rep. of Moldova; Moldova; Moldavie
MH: Marshall Is.
MK: FYROM; Macedonia, FYR; Macedonia; North Macedonia
MM: Birmanie; Burma; Myanmar (Burma)
MO: Macau; Macao
MR: Mauritanie
MU: Ile Maurice; Maurice; Mauricio
MV: Maldivas; Maldives Islands
MX: Mexique; México
NE: Republic of Niger; Republic of the Niger; République du Niger; Niger
NG: Nigéria; Federal Republic of Nigeria; Nigeria
NL: The Netherlands; Holland; Netherlands; Pays-Bas; Países Bajos
NO: Noruega; Norvège
NZ: Nueva Zelanda
PE: Pérou
PG: PNG; Papua New Guinea; Papouasie-Nouvelle-Guinée
PH: Philippine; Pilipinas; Republic of the Philippines; Filipinas; Philippines; The Philippines; PHL; ph
PL: Pologne; Polonia
PR: Puerto Rico
PS: Palestine; West Bank and Gaza; Gaza; Occupied Palestinian Territory; oPt
RE: Reunion; La Réunion
RO: Rumania; Roumanie
RU: Russian Fed.; Russia; Russie; Rusia
SA: KSA; Arabie saoudite; Arabia Saudí
SB: Solomon Is.
SD: Sudan
SE: Suède; Suecia
SK: Slovak Republic
SR: Surinam
SS: South Sudan; S. Sudan
ST: Sao Tome & Principe; Sao Tome; São Tomé and Príncipe
SV: Salvador
SY: Syrian Arab Rep.; Syria; Syrie
SZ: Swaziland (Eswatini); Eswatini (Swaziland); eSwatini; Swaziland; Eswatini
TD: Tchad
TH: Siam; Tailandia
TL: Timor; East Timor; Timor Leste
TN: Tunisie; Túnez
TR: Türkei; Republic of Türkiye; Turkiye; Turkey (Türkiye); Turkey; Türkiye; Turquie
TT: Trinidad; Tobago; Trinidad & Tobago
TW: Taiwan; Formosa
TZ: Tanzanie; Tanzania, United Republic of; Tanzania
UA: Ucrania; Ukraine; The Ukraine
US: United States of America (USA); EEUU; EE.UU.; EE. UU.; États Unis; USA; U.S.A.; US; États-Unis; Estados
  Unidos
UZ: Ouzbékistan
VA: Vatican; Holy See; Vatican City State
VC: St. Vincent and the Grenadines
VE: Venezuela, RB; Venezuela
VI: U.S. Virgin Islands
VN: Viet-Nam; Vietnam; Viet Nam
WS: Samoa
YE: Yemen, Rep.
ZA: Sudáfrica; Afrique du Sud; RSA
ZW: Zimbabwe; Rhodesia
ask: Virgin Islands; Saint Martin; Czechoslovakia; Yugoslavia; Channel Islands; Congo; Korea
area: Middle East; Europe; Sub-Saharan Africa; Latin America; MENA; Sahel; Balkans; Mercosur; CARICOM; African
  Union; ECOWAS; CEDEAO; SADC; Amérique latine; Union européenne; UE; Caribbean; Pacific Islands; Southeast Asia;
  South-East Asia; International; Kosovo (UNSCR 1244); Great Lakes; Nordic countries; Baltic States; OECD; World;
  Monde; Mundial; GCC; Horn of Africa; East Africa; África Occidental; Asie; Central America; Soviet Union;
  Schengen; Commonwealth; Arab League; G7; Mediterranean; Scandinavia; Benelux; Oceania; Asia Pacific;
  Asia-Pacific; LAC; America; Americas; West Indies; Africa; Afrique de l'Ouest; EU; European Union; Global;
  Worldwide; Kosovo; ASEAN
unknown: Narnia; abc; South Narnia; zzz; Gondor; Springfield; 北京; Nihon; Tibet; Somaliland; Catalonia;
  California; Bavaria; Geneva; Lagos; Nairobi; N/A; none; Wakanda; Atlantis; xyz
"""
"""Names that people type, by their meaning: a code, “ask” for several countries, “area”, or “unknown”."""


NAMES_IN_OTHER_SCRIPTS = """
AE: الإمارات; دولة الإمارات العربية المتحدة; Эмираты; ОАЭ; 阿联酋
BY: Белоруссия; روسيا البيضاء
CD: ДРК; Заир; الكونغو الديمقراطية; 民主刚果
CI: ساحل العاج; Берег Слоновой Кости; 象牙海岸
CZ: Чехия; التشيك
EG: جمهورية مصر العربية; مصر; 埃及
GB: بريطانيا; إنجلترا; Англия; Шотландия; 英国; 英格兰
KG: Киргизия; Киргизстан; Кыргызская Республика
KR: كوريا الجنوبية; Южная Корея; 韩国; 南韩
KZ: Республика Казахстан; Казахстан
MM: بورما; Бирма; 缅甸
NE: النيجر; Нигер; 尼日尔
NG: نيجيريا; Нигерия; 尼日利亚
NL: هولندا; Голландия; 荷兰
OM: سلطنة عمان; عمان
RU: РФ; روسيا; 俄罗斯
SA: السعودية; المملكة العربية السعودية; Саудовская Аравия; 沙特; 沙特阿拉伯
SY: سوريا; سورية; Сирия
US: أمريكا; США; 美国
ZA: جنوب أفريقيا; ЮАР; 南非
ask: كوريا; Корея; Конго; 刚果
area: أفريقيا; Африка; 非洲; Европа; 欧盟
unknown: نارنيا; Нарния; 中非
"""
"""As NAMES, in Arabic, Cyrillic and Chinese letters."""


def told(meaning):
    match meaning:
        case OneCountry(code):
            return code
        case SeveralCountries():
            return "ask"
        case Area():
            return "area"
    return "unknown"


def test_names_mean_what_people_mean_by_them():
    lines = NAMES.replace("\n  ", " ").strip().splitlines()
    wanted = {
        name: meaning
        for line in lines
        for meaning, names in [line.split(": ", 1)]
        for name in names.split("; ")
    }

    assert {name: told(places.resolve(name)) for name in wanted} == wanted


def test_names_in_other_scripts_mean_what_people_mean_by_them():
    wanted = {
        name: code
        for line in NAMES_IN_OTHER_SCRIPTS.strip().splitlines()
        for code, names in [line.split(": ", 1)]
        for name in names.split("; ")
    }

    assert {name: told(places.resolve(name)) for name in wanted} == wanted


def fixture_countries():
    rows = json.loads(Path(settings.BASE_DIR, "fixtures", "countries.json").read_text())
    return [row["fields"] for row in rows if row["model"] == "practices.country"]


def test_every_country_of_the_reference_data_has_its_codes_and_its_name():
    countries = fixture_countries()

    assert [places.resolve(row["code"].lower()) for row in countries] == [
        OneCountry(row["code"]) for row in countries
    ]
    assert [places.resolve(row["alpha3"]) for row in countries] == [
        OneCountry(row["code"]) for row in countries
    ]
    assert {row["name"]: told(places.resolve(row["name"])) for row in countries} == {
        row["name"]: "ask" if row["name"] == "Congo" else row["code"] for row in countries
    }


def test_no_name_means_two_countries_unless_it_is_said_to():
    means = {}
    for row in fixture_countries():
        for name in places.names_of(row["code"]):
            means.setdefault("".join(places.words_of(name)), set()).add(row["code"])

    assert {key: codes for key, codes in means.items() if len(codes) > 1} == {}


def test_every_country_has_a_name_to_type_that_means_no_other():
    codes = [row["code"] for row in fixture_countries()]

    assert [places.resolve(places.name_to_type(code)) for code in codes] == list(map(OneCountry, codes))
    assert places.name_to_type("CG") == "Republic of the Congo"


def test_regions_and_organisations_have_the_words_of_the_united_nations():
    names = {
        name: places.resolve(name).name for name in ("West Africa", "UE", "Kosovo", "Worldwide", "ECOWAS")
    }

    assert names == {
        "West Africa": "Western Africa",
        "UE": "European Union",
        "Kosovo": "Kosovo (in the context of Security Council resolution 1244 (1999))",
        "Worldwide": "Global",
        "ECOWAS": "Economic Community of West African States (ECOWAS)",
    }


@pytest.mark.parametrize(
    ("text", "meanings"),
    [
        ("Kenya, Uganda; Mali and Niger", ["KE", "UG", "ML", "NE"]),
        ("Kenya/Uganda\nPerú y Chile", ["KE", "UG", "PE", "CL"]),
        ("كينيا، أوغندا", ["KE", "UG"]),
        ("Kenya、Uganda，Niger", ["KE", "UG", "NE"]),
        ("* Kenya\n• Uganda\n", ["KE", "UG"]),
        ("Bosnia and Herzegovina and Kenya", ["BA", "KE"]),
        ("Korea, Republic of, Trinidad & Tobago, Gambia, The, Niger", ["KR", "TT", "GM", "NE"]),
        ("Iran (Islamic Republic of), United Kingdom (England and Wales)", ["IR", "GB"]),
        ("Georgia, Republic of Moldova", ["GE", "MD"]),
        ("Georgia, Republic of, Armenia", ["GE", "AM"]),
        ("China, Republic of Korea", ["CN", "KR"]),
        ("Sudan, South Sudan", ["SD", "SS"]),
        ("Serbia and Montenegro", ["RS", "ME"]),
        ("Saint Helena, Ascension and Tristan da Cunha, Peru", ["SH", "PE"]),
        ("China, Hong Kong Special Administrative Region, Japan", ["HK", "JP"]),
        ("São Tomé e Príncipe, Latin America and the Caribbean", ["ST", "area"]),
        ("Wakanda, Korea and Atlantis", ["unknown", "ask", "unknown"]),
        (" ;, \n", []),
    ],
)
def test_lists_are_read_by_names_and_names_stay_whole(text, meanings):
    assert list(map(told, places.read_list(text).values())) == meanings


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("Phillipines", ("PH",)),
        ("Columbia", ("CO",)),
        ("Lybia", ("LY",)),
        ("Gunea-Bisau", ("GW",)),
        ("Sourth Korea", ("KR",)),
        ("Germany (Berlin)", ("DE",)),
        ("Holand", ("NL",)),
        ("Nigera", ("NG", "NE")),
        ("Mal", ()),
        ("Bali", ()),
        ("Lagos", ()),
        ("East Korea", ()),
        ("South Guinea", ()),
        ("Republic of Wakanda", ()),
    ],
)
def test_a_country_is_near_only_if_its_whole_name_is(typed, codes):
    assert (places.resolve(typed), places.near(typed)) == (Unknown(), codes)


def test_words_that_are_names_by_chance_name_nothing_in_a_text():
    texts = [
        "what is a family reunion", "island states", "to go or to see", "car sharing for us all", "english courses",
        "coexistence pacifique en principe", "кроме того", "загрязнение океанов", "دعم مالي",
        "Global member states", "i ran",
    ]  # fmt: skip

    assert {text: places.mentions(text.split()) for text in texts} == {text: [] for text in texts}


@pytest.mark.parametrize(
    "text", ["a," * 5000, "(" * 10_000, "()" * 5000, ",(" * 5000, "and " * 2500, "\ud800", "&" * 9000]
)
def test_any_text_is_read(text):
    assert {told(meaning) for meaning in places.read_list(text).values()} <= {"unknown"}
