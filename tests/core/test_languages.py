"""Languages that can be chosen, and that are read from texts."""

import pytest

from practices.choices import LANGUAGES, OFFERED_LANGUAGES, RIGHT_TO_LEFT
from practices.core import languages
from practices.core.titles import folded

SAMPLES = [
    ("en", "Returnees receive advice and a small grant to start a business."),
    ("fr", "Les migrants de retour reçoivent des conseils et une petite subvention."),
    ("es", "Las personas retornadas reciben asesoramiento y una pequeña subvención."),
    ("ar", "يتلقى العائدون المشورة ومنحة صغيرة لبدء مشروع تجاري."),
    ("zh-hans", "回返者在抵达后六个月内获得咨询和小额赠款，用于创业。"),
    ("zh-hans", "移民"),
    ("ru", "Вернувшиеся мигранты получают консультации и небольшой грант."),
    ("pt", "Os retornados recebem aconselhamento e um pequeno subsídio."),
    ("fil", "Ang mga bumalik na manggagawa ay tumatanggap ng payo at maliit na tulong."),
    ("am", "ተመላሾች ሥራ ለመጀመር ምክርና አነስተኛ ድጋፍ ያገኛሉ። ይህ ፕሮግራም በአዲስ አበባ ነው።"),
    ("ti", "ተመለስቲ ስራሕ ንምጅማር ምኽሪን ንእሽቶ ሓገዝን ይረኽቡ። እዚ መደብ ኣብ ኤርትራ እዩ።"),
    ("so", "Dadka soo laabtay waxay helaan talo iyo deeq yar si ay ganacsi u bilaabaan."),
    ("ps", "راستنېدونکي د سوداګرۍ د پیل لپاره سلا او لږه مرسته ترلاسه کوي."),
    ("ur", "واپس آنے والوں کو کاروبار شروع کرنے کے لیے مشورہ اور چھوٹی گرانٹ دی جاتی ہے۔"),
    ("bn", "ফিরে আসা শ্রমিকরা ব্যবসা শুরু করার জন্য পরামর্শ এবং একটি ছোট অনুদান পান।"),
    ("hi", "लौटने वाले श्रमिकों को व्यवसाय शुरू करने के लिए सलाह और एक छोटा अनुदान मिलता है।"),
    ("ne", "फर्किएका कामदारहरूले व्यवसाय सुरु गर्न परामर्श र सानो अनुदान पाउँछन्।"),
    ("si", "ආපසු පැමිණි සේවකයින්ට ව්‍යාපාරයක් ආරම්භ කිරීමට උපදෙස් සහ කුඩා ප්‍රදානයක් ලැබේ."),
    ("ha", "Waɗanda suka dawo suna samun shawara da ɗan taimako don su fara kasuwanci."),
    ("wo", "Ñi dellusi dañuy jot ndimbal ngir tàmbali liggéey ci seen réew."),
    ("sw", "Wahamiaji waliorudi hupokea ushauri na ruzuku ndogo ya kuanzisha biashara."),
    ("id", "Para pekerja migran yang kembali menerima konseling dan hibah kecil untuk usaha."),
    ("vi", "Người lao động hồi hương được tư vấn và nhận một khoản trợ cấp nhỏ."),
    ("th", "แรงงานที่กลับมาจะได้รับคำปรึกษาและเงินช่วยเหลือเล็กน้อยเพื่อเริ่มธุรกิจ"),
    ("my", "ပြန်လာသော အလုပ်သမားများသည် အကြံဉာဏ်နှင့် ထောက်ပံ့ငွေ ရရှိကြသည်။"),
    ("km", "ពលករដែលវិលត្រឡប់មកវិញទទួលបានការប្រឹក្សា និងជំនួយតូចមួយ។"),
    ("tr", "Geri dönen işçiler, iş kurmak için danışmanlık ve küçük bir hibe alıyor."),
    ("uk", "Особи, які повернулися, отримують консультації та невеликий грант."),
    ("ka", "დაბრუნებული მიგრანტები იღებენ კონსულტაციას და მცირე გრანტს."),
]
PERSIAN = "بازگشت‌کنندگان مشاوره و کمک هزینه کوچکی برای شروع کسب و کار دریافت می‌کنند."


@pytest.mark.parametrize(("code", "text"), SAMPLES, ids=[code for code, _text in SAMPLES])
def test_language_is_read_from_a_sentence(code, text):
    assert languages.detect(text) == code


@pytest.mark.parametrize(
    ("countries", "code"), [([], "fa"), (["IR"], "fa"), (["AF"], "prs"), (["AF", "IR"], "fa")]
)
def test_persian_of_afghanistan_is_dari(countries, code):
    assert languages.detect(PERSIAN, countries=countries) == code


@pytest.mark.parametrize("text", ["", "XQ-7, 8 × 9", "x" * 300, "\ud83d", "\ufffe\x00"])
def test_text_that_does_not_tell_has_no_language(text):
    assert languages.detect(text) == ""


def test_languages_of_the_united_nations_come_first():
    assert [language.code for language in OFFERED_LANGUAGES[:6]] == ["en", "fr", "es", "ar", "zh-hans", "ru"]


def test_other_languages_are_in_the_order_of_their_names():
    names = [str(language.name).removeprefix("Traditional ") for language in OFFERED_LANGUAGES[6:]]

    assert names == sorted(names)


def test_each_language_has_one_code_and_names_of_its_own():
    names = [{folded(str(language.name)), folded(language.own_name)} for language in OFFERED_LANGUAGES]

    assert len(dict(LANGUAGES)) == len(LANGUAGES)
    assert sum(map(len, names)) == len(set().union(*names))


def test_offered_languages_leave_out_constructed_ones():
    offered = {language.code for language in OFFERED_LANGUAGES}

    assert (offered & {"eo", "io", "ia"}, {"eo", "io", "ia"} <= dict(LANGUAGES).keys()) == (set(), True)


def test_languages_written_from_right_to_left_are_known():
    assert dict(LANGUAGES).keys() >= RIGHT_TO_LEFT >= {"prs", "ps", "ur", "fa", "ar", "ckb", "sd"}
