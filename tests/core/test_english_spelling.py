"""British, American and UN spelling of English words."""

from practices.core import tokenizer

SAME = """
    labour labor; labourers laborers; neighbourhood neighborhood; favourite favorite; behaviour behavior;
    programme program; programmes programs; kilogramme kilogram; organisation organization; organising organizing;
    digitisation digitization; specialised specialized; recognise recognize; analysed analyzed; paralyse paralyze;
    centre center; theatres theaters; centred centered; kilometre kilometer; travelling traveling; counsellor counselor;
    modelling modeling; controlled control; enrol enroll; enrolment enrollment; fulfil fulfill; instalment installment;
    skilful skillful; licence license; defence defense; practise practice; practising practicing; ageing aging;
    judgement judgment; acknowledgement acknowledgment; catalogue catalog; dialogues dialogs; sizeable sizable;
    paediatric pediatric; anaemia anemia; archaeology archeology; foetus fetus; diarrhoea diarrhea; adviser advisor;
    enquiry inquiry; artefact artifact; sceptical skeptical; mould mold; grey gray; women woman; men man;
    children child; womens woman
"""
APART = """
    filling filing; tour tor; hour hor; four for; does des; shoe she; poet pet; prise prize; tire tyre; course corse;
    advice advise; cheque check; size sise; seller selar; tailor tailer; Niger Nigeria; device devise
"""


def pairs(text):
    return [tuple(pair.split()) for pair in text.split(";")]


def stems(word):
    return [form for form in tokenizer.forms(word) if form.startswith("en~")]


def test_spellings_are_one_word():
    assert [pair for pair in pairs(SAME) if stems(pair[0]) != stems(pair[1])] == []


def test_other_words_stay_apart():
    assert [pair for pair in pairs(APART) if stems(pair[0]) == stems(pair[1])] == []
