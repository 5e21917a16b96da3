"""Word lists for synthetic practices, by language. `synthetic` fills the {braces} of sentences."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Words:
    measures: list[str]
    groups: list[str]
    title: str
    bodies: list[str]
    sentences: list[str]
    details: list[str]


ENGLISH = Words(
    measures=[
        "Legal advice desks", "One-stop service centres", "Pre-departure orientation", "Skills recognition",
        "Low-cost remittance accounts", "Mobile health clinics", "Language courses in the evening",
        "A hotline in nine languages", "Portable pension rights", "Guardians", "Ethical recruitment",
        "Reintegration grants", "Regular pathways", "A bilateral labour agreement", "Residence permits",
        "Search and rescue training", "Community dialogue evenings", "Consular outreach", "Shelters",
        "Alternatives to detention", "A shared data system", "School enrolment", "Family reunification",
        "Training of border staff", "Diaspora investment funds", "Birth registration", "Fair work inspections",
        "Mentoring by earlier arrivals", "Voluntary return counselling", "Identity documents",
    ],
    groups=[
        "domestic workers", "seasonal workers", "returning families", "unaccompanied children", "young people",
        "victims of trafficking", "migrant nurses", "students", "people without papers", "fishers",
        "construction workers", "mothers and infants", "stranded seafarers", "older returnees", "artisans",
        "people displaced by floods", "diaspora entrepreneurs", "employers", "border communities", "journalists",
        "survivors of violence", "agricultural labourers", "host communities", "migrants in transit",
    ],
    title="{measure} for {group} in {town}",
    bodies=[
        "Ministry of Labour, {town}", "City of {town}", "{name} Migrants' Association", "{name} Foundation",
        "Regional Office of {town}", "University of {town}", "Chamber of Commerce of {town}",
        "{name} Workers' Union", "Red Cross branch of {town}", "Human Rights Commission, {town} office",
    ],
    sentences=[
        "Before it began, {group} in {town} waited {count} days for an answer, and many gave up.",
        "Two offices share one file, so nobody has to tell the same story twice.",
        "{name} trained {count} members of staff, most of whom are migrants themselves.",
        "The municipality of {town} pays the rent, and volunteers keep the desk open on Saturdays.",
        "In {year} the service reached {count} {group}, more than half of them women.",
        "An evaluation of {year} found that {count} of them had received what the law grants them.",
        "Interpreters are booked by telephone within the hour, in any of nine languages.",
        "Employers pay the recruitment fee; the agreement forbids passing it on to workers.",
        "The first office opened in {town}; {count} more followed once the budget was secured.",
        "It rests on a memorandum between the ministry of labour and the consulates.",
        "Information sessions take place at the port, the bus station and the market of {town}.",
        "Costs fell by a third when the forms went online, but those without a telephone were left behind.",
        "We would involve {group} in the design from the first day.",
        "A small grant of {count} dollars helped each household to start again.",
        "What mattered most was that counsellors stayed in their posts for several years.",
        "It takes a legal basis, a trusted local partner and about {count} dollars a month.",
        "Data are kept by the national statistics office and never shared with the police.",
        "Complaints are answered within {count} working days and published without names.",
        "The pilot in {town} was repeated in three provinces in {year}.",
        "Trade unions on both sides of the border negotiated the standard contract.",
        "Children attend school from the first week, whatever papers their parents hold.",
        "{name} lends its building, and the diaspora pays for the equipment.",
        "Returnees meet a case worker before departure and again after three and twelve months.",
        "New is that pensions, health insurance and wages are handled at the same counter.",
        "Neighbours who took part said in {year} that they trusted one another more.",
        "Health workers cross the border once a month to vaccinate infants and see pregnant women.",
        "Only {count} cases went to court; the others were settled by mediation.",
        "The law of {year} made the pilot permanent and gave it a line in the budget.",
        "Radio programmes in the languages of {group} explain rights and dangers.",
        "Similar projects in {town} failed because nobody was paid to coordinate them.",
        "A steering group of ministries, cities and associations meets every quarter.",
        "Certificates are recognised by {count} employers and by the technical colleges.",
        "The plan names {detail} and {detail} as its first concerns.",
        "Much time went into {detail}, which nobody had foreseen.",
        "Later {name} added {detail} to what it offers {group}.",
        "Partners brought {detail}; the city of {town} brought {detail}.",
        "Without {detail} it would not have lasted beyond {year}.",
        "Elsewhere one needs {detail} before {detail} can begin.",
        "A guide to {detail} has been downloaded {count} times.",
        "The evaluation praised {detail} and asked for more {detail}.",
    ],
    details=[
        "apprenticeships", "cash transfers", "biometric registers", "solar lamps", "night shelters",
        "theatre workshops", "football teams", "savings groups", "midwives", "psychologists", "notaries",
        "paralegals", "hotel vouchers", "bus passes", "winter clothing", "school kits", "seed capital",
        "drought insurance", "well drilling", "beekeeping", "carpentry tools", "sewing machines", "nursing diplomas",
        "welding certificates", "driving licences", "translation software", "satellite phones", "radio dramas",
        "puppet shows", "market stalls", "community kitchens", "clean cookstoves", "mosquito nets",
        "tuberculosis screening", "dental care", "prosthetics", "trauma counselling", "mediation training",
        "land titles", "tenancy deposits", "credit unions", "mobile wallets", "exchange rates", "tax clinics",
        "wage claims", "collective bargaining", "safety helmets", "labour attachés", "embassy visits", "visa waivers",
        "seasonal quotas", "border posts", "ferry terminals", "lighthouse crews", "coast guards",
        "forensic dentistry", "missing persons files", "burial rites", "family tracing", "foster parents",
        "guardianship hearings", "age assessment", "school buses", "scholarships", "language tandems",
        "reading circles", "choirs", "cookery books", "oral histories", "museum tours", "hackathons",
        "open data portals", "household surveys", "census questions", "statistical yearbooks", "research fellowships",
        "peer review", "public hearings", "citizens' juries", "participatory budgets", "flood maps", "heat shelters",
        "cyclone drills", "relocation plans", "pasture agreements", "fishing permits", "reforestation crews",
        "harvest calendars",
    ],
)  # fmt: skip

FRENCH = Words(
    measures=[
        "Guichets d'aide juridique", "Guichet unique", "Orientation avant le départ",
        "Reconnaissance des compétences", "Transferts d'argent à faible coût", "Cliniques mobiles",
        "Cours de langue du soir", "Permanence téléphonique", "Droits à pension transférables",
        "Recrutement équitable", "Aide à la réintégration", "Accord bilatéral de travail", "Titres de séjour",
        "Hébergement d'urgence", "Inscription à l'école", "Regroupement familial",
    ],
    groups=[
        "les travailleuses domestiques", "les saisonniers", "les familles de retour", "les mineurs isolés",
        "les jeunes", "les victimes de la traite", "les infirmières migrantes", "les étudiants", "les pêcheurs",
        "les personnes déplacées", "les entrepreneurs de la diaspora", "les communautés d'accueil",
    ],
    title="{measure} pour {group} à {town}",
    bodies=[
        "Ministère du travail, {town}", "Ville de {town}", "Association {name}", "Fondation {name}",
        "Université de {town}", "Syndicat {name}",
    ],
    sentences=[
        "Avant le projet, {group} de {town} attendaient {count} jours une réponse.",
        "Deux administrations partagent un seul dossier, et personne ne raconte deux fois la même histoire.",
        "{name} a formé {count} agents, dont la plupart sont eux-mêmes migrants.",
        "En {year}, le service a accueilli {count} personnes, dont plus de la moitié de femmes.",
        "L'évaluation de {year} montre que la plupart ont obtenu ce que la loi leur accorde.",
        "Les interprètes sont joints par téléphone dans l'heure, en neuf langues.",
        "Les employeurs paient les frais de recrutement, jamais les travailleurs.",
        "La mairie de {town} prête les locaux et les bénévoles tiennent la permanence le samedi.",
        "Nous associerions {group} dès le premier jour.",
        "Une aide de {count} euros a permis à chaque ménage de recommencer.",
        "Il faut une base légale, un partenaire local de confiance et {count} euros par mois.",
        "Le projet pilote de {town} a été étendu à trois provinces en {year}.",
        "Les enfants vont à l'école dès la première semaine.",
        "La loi de {year} a rendu le dispositif permanent.",
        "Les données restent à l'institut de statistique et ne sont pas transmises à la police.",
        "Un comité réunit chaque trimestre les ministères, les villes et les associations.",
        "Le plan retient d'abord {detail} et {detail}.",
        "Sans {detail}, le projet n'aurait pas duré au-delà de {year}.",
        "Ailleurs, il faut {detail} avant {detail}.",
        "Les partenaires ont apporté {detail}, et {town} {detail}.",
    ],
    details=[
        "des apprentissages", "des transferts monétaires", "des registres biométriques", "des lampes solaires",
        "des ateliers de théâtre", "des groupes d'épargne", "des sages-femmes", "des notaires",
        "des trousses scolaires", "des machines à coudre", "des puits", "une assurance sécheresse",
        "des permis de conduire", "des téléphones satellitaires", "des cuisines communautaires", "le dépistage",
        "des soins dentaires", "des titres fonciers", "des coopératives de crédit", "des casques de sécurité",
        "des quotas saisonniers", "des postes frontière", "des bourses", "des chorales",
        "des enquêtes auprès des ménages", "des budgets participatifs", "des cartes des inondations",
        "des accords de pâturage",
    ],
)  # fmt: skip

SPANISH = Words(
    measures=[
        "Asesoría jurídica gratuita", "Ventanilla única", "Orientación antes de la salida",
        "Reconocimiento de competencias", "Remesas de bajo costo", "Clínicas móviles", "Cursos nocturnos de idioma",
        "Línea de ayuda", "Pensiones transferibles", "Contratación equitativa", "Apoyo a la reintegración",
        "Acuerdo laboral bilateral", "Permisos de residencia", "Albergues", "Matrícula escolar",
        "Reunificación familiar",
    ],
    groups=[
        "trabajadoras del hogar", "trabajadores temporales", "familias retornadas", "niños no acompañados",
        "jóvenes", "víctimas de trata", "enfermeras migrantes", "estudiantes", "pescadores",
        "personas desplazadas", "emprendedores de la diáspora", "comunidades de acogida",
    ],
    title="{measure} para {group} en {town}",
    bodies=[
        "Ministerio de Trabajo, {town}", "Municipalidad de {town}", "Asociación {name}", "Fundación {name}",
        "Universidad de {town}", "Sindicato {name}",
    ],
    sentences=[
        "Antes, {group} de {town} esperaban {count} días por una respuesta.",
        "Dos oficinas comparten un solo expediente, y nadie tiene que contar dos veces la misma historia.",
        "{name} capacitó a {count} funcionarios, la mayoría también migrantes.",
        "En {year} el servicio atendió a {count} personas, más de la mitad mujeres.",
        "La evaluación de {year} mostró que la mayoría recibió lo que la ley le concede.",
        "Los intérpretes se consiguen por teléfono en una hora, en nueve idiomas.",
        "Los empleadores pagan la contratación; nunca los trabajadores.",
        "La alcaldía de {town} presta el local y los voluntarios atienden los sábados.",
        "Incluiríamos a {group} desde el primer día.",
        "Una ayuda de {count} dólares permitió a cada hogar empezar de nuevo.",
        "Hacen falta una base legal, un socio local de confianza y {count} dólares al mes.",
        "El piloto de {town} se repitió en tres provincias en {year}.",
        "Los niños asisten a la escuela desde la primera semana.",
        "La ley de {year} hizo permanente el programa.",
        "Los datos quedan en la oficina de estadística y no se comparten con la policía.",
        "Un comité de ministerios, ciudades y asociaciones se reúne cada trimestre.",
        "El plan señala primero {detail} y {detail}.",
        "Sin {detail} no habría durado más allá de {year}.",
        "En otro lugar hacen falta {detail} antes que {detail}.",
        "Los socios aportaron {detail}, y {town}, {detail}.",
    ],
    details=[
        "aprendizajes", "transferencias monetarias", "registros biométricos", "lámparas solares",
        "talleres de teatro", "grupos de ahorro", "parteras", "notarios", "útiles escolares", "máquinas de coser",
        "pozos", "seguros contra la sequía", "licencias de conducir", "teléfonos satelitales", "cocinas comunitarias",
        "exámenes médicos", "atención dental", "títulos de tierra", "cooperativas de crédito", "cascos",
        "cupos estacionales", "puestos fronterizos", "becas", "coros", "encuestas de hogares",
        "presupuestos participativos", "mapas de inundaciones", "acuerdos de pastoreo",
    ],
)  # fmt: skip

PORTUGUESE = Words(
    measures=["Apoio jurídico", "Balcão único", "Cursos de língua", "Clínicas móveis", "Recrutamento justo"],
    groups=["trabalhadoras domésticas", "famílias retornadas", "estudantes", "jovens", "pescadores"],
    title="{measure} para {group} em {town}",
    bodies=["Câmara Municipal de {town}", "Associação {name}", "Ministério do Trabalho, {town}"],
    sentences=[
        "Antes do projeto, {group} de {town} esperavam {count} dias por uma resposta.",
        "Em {year}, o serviço atendeu {count} pessoas, mais de metade mulheres.",
        "{name} formou {count} funcionários, muitos deles também migrantes.",
        "A avaliação de {year} mostrou que a maioria recebeu o que a lei concede.",
        "As crianças vão à escola desde a primeira semana.",
        "O piloto de {town} foi repetido em três províncias em {year}.",
        "Os empregadores pagam o recrutamento, nunca os trabalhadores.",
        "É preciso um parceiro local de confiança e {count} euros por mês.",
        "O plano dá prioridade a {detail} e {detail}.",
        "Sem {detail} não teria durado além de {year}.",
    ],
    details=[
        "bolsas", "microcrédito", "oficinas de teatro", "cozinhas comunitárias", "rastreio", "cuidados dentários",
        "cartas de condução", "cursos de costura", "seguros agrícolas", "corais", "lâmpadas solares",
        "orçamentos participativos",
    ],
)  # fmt: skip

ARABIC = Words(
    measures=["مكاتب المشورة القانونية", "مراكز الخدمة الموحدة", "العيادات المتنقلة", "دورات اللغة المسائية"],
    groups=["العاملات المنزليات", "الأسر العائدة", "الطلاب", "الشباب", "العمال الموسميين"],
    title="{measure} من أجل {group} في {town}",
    bodies=["بلدية {town}", "جمعية {name}", "وزارة العمل، {town}"],
    sentences=[
        "قبل المشروع كان {group} في {town} ينتظرون {count} يوما للحصول على جواب.",
        "في عام {year} استفاد من الخدمة {count} شخص، أكثر من نصفهم من النساء.",
        "دربت {name} {count} موظفا، معظمهم من المهاجرين أنفسهم.",
        "أظهر التقييم في عام {year} أن معظمهم حصلوا على ما يمنحه القانون.",
        "يلتحق الأطفال بالمدرسة منذ الأسبوع الأول.",
        "يدفع أصحاب العمل رسوم التوظيف ولا يدفعها العمال.",
        "تكررت التجربة في ثلاث محافظات في عام {year}.",
        "لا بد من أساس قانوني وشريك محلي موثوق.",
        "تشمل الخطة {detail} و{detail}.",
        "لولا {detail} لما استمر المشروع بعد عام {year}.",
    ],
    details=[
        "المنح الدراسية", "القروض الصغيرة", "ورش المسرح", "المطابخ المجتمعية", "الفحص الطبي", "التأمين الزراعي",
        "المصابيح الشمسية", "رخص القيادة", "آلات الخياطة", "دور الحضانة",
    ],
)  # fmt: skip

GERMAN = Words(
    measures=["Rechtsberatung", "Anlaufstelle", "Abendkurse", "Mobile Praxen", "Anerkennung von Abschlüssen"],
    groups=["Hausangestellte", "Saisonkräfte", "zurückkehrende Familien", "Studierende", "Jugendliche"],
    title="{measure} für {group} in {town}",
    bodies=["Stadt {town}", "Verein {name}", "Arbeitsministerium, {town}"],
    sentences=[
        "Vorher warteten {group} in {town} {count} Tage auf eine Antwort.",
        "{year} erreichte das Angebot {count} Menschen, mehr als die Hälfte davon Frauen.",
        "{name} schulte {count} Beschäftigte, die meisten selbst zugewandert.",
        "Die Auswertung von {year} zeigt, dass die meisten bekamen, was ihnen zusteht.",
        "Kinder gehen von der ersten Woche an zur Schule.",
        "Arbeitgeber zahlen die Vermittlung, niemals die Beschäftigten.",
        "Der Versuch in {town} wurde {year} in drei Kreisen wiederholt.",
        "Es braucht eine rechtliche Grundlage und verlässliche Partner am Ort.",
        "Der Plan nennt zuerst {detail} und {detail}.",
        "Ohne {detail} hätte es {year} geendet.",
    ],
    details=[
        "Stipendien", "Kleinkredite", "Theaterwerkstätten", "Gemeinschaftsküchen", "Vorsorgeuntersuchungen",
        "Führerscheine", "Nähmaschinen", "Solarlampen", "Chöre", "Bürgerhaushalte", "Lehrstellen", "Sammelklagen",
    ],
)  # fmt: skip

BY_LANGUAGE = {
    "en": ENGLISH,
    "fr": FRENCH,
    "es": SPANISH,
    "pt": PORTUGUESE,
    "ar": ARABIC,
    "de": GERMAN,
}

TAG_SUBJECTS = [
    "remittances", "return", "reintegration", "recruitment", "pensions", "health care", "schooling", "housing",
    "language learning", "legal aid", "border management", "trafficking", "smuggling", "data", "diaspora",
    "skills", "child protection", "consular services", "detention", "rescue at sea", "climate", "gender",
    "social protection", "civil registration", "media", "inclusion", "labour inspection", "family unity",
    "statelessness", "financial literacy",
]  # fmt: skip
TAG_ASPECTS = [
    "", " policy", " in cities", " for women", " for young people", " monitoring", " training", " partnerships",
    " at borders", " online",
]  # fmt: skip
TAGS = [subject + aspect for aspect in TAG_ASPECTS for subject in TAG_SUBJECTS]
"""300 tags, most frequent first."""

COUNTRIES = [
    "PH", "MX", "NG", "IT", "MA", "NP", "DE", "CO", "KE", "BD", "ES", "ET", "LK", "FR", "PE", "GH", "ID", "TR",
    "SN", "EC", "IN", "PT", "UG", "GT", "TN", "CA", "VN", "SV", "NE", "JO", "ML", "HN", "SE", "TH", "BR", "RW",
    "EG", "CL", "PK", "ZA", "GR", "AR", "KH", "TZ", "LB", "MD", "DO", "GE", "KG", "BE", "TJ", "MT", "AM", "FJ",
    "AL", "WS", "CV", "AE", "NZ", "TO",
]  # fmt: skip
"""60 countries, most frequent first."""

OBJECTIVES = [21, 5, 15, 7, 19, 2, 16, 18, 6, 3, 20, 10, 22, 23, 1, 17, 14, 12, 8, 9, 4, 13, 11]
"""The 23 objectives, most frequent first."""

SYLLABLES = [
    "ba", "bel", "ca", "cor", "da", "del", "dor", "fa", "gal", "ha", "ka", "kar", "la", "lin", "lo", "ma", "mar",
    "mel", "mo", "na", "nor", "pa", "pel", "ra", "ri", "ro", "sa", "san", "sel", "ta", "tar", "te", "val", "ve",
    "vi", "wa", "ya", "zan", "ze", "zo",
]  # fmt: skip
"""Syllables of towns and names, so that words of every rarity occur."""
