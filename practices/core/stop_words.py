"""Stop words of the languages that people search in: words that say nothing about a subject."""

_EN = """
a about after all also am among an and any are as at be because been before being between both but by can could did do
does doing done during each else etc for from further get gets getting give gives had has have having he her here hers
him his how i if in into is it its itself just let like made make makes making many may me might more most much must my
need needs no nor not of off on one ones only onto or other others our ours out over own per please practice practices
same she should so some such take takes taking than that the their theirs them themselves then there these they thing
things this those through to too under until up upon us use used using very via want wants was we were what when where
whether which while who whom whose why will with within without would you your yours
"""
_FR = """
a ai ainsi alors apres au aucun aussi autre autres aux avant avec avoir c ce ceci cela celle celles celui ces cet cette
ceux chaque chez comme comment d dans de depuis des deux donc dont du elle elles en encore entre est et etaient etait
ete etre eu eux fait font ici il ils j je jusqu l la le lequel les leur leurs lors lorsque lui m ma meme memes mes moins
mon n ne ni nos notre nous on ont ou par parce pas pendant peu peut peuvent plus pour pourquoi pratique pratiques qu
quand que quel quelle quelles quels qui quoi s sa sans se selon sera ses si son sont sous sur t ta te tes toi tous tout
toute toutes tres tu un une vers vos votre vous y
"""
_ES = """
a al algo algun alguna algunas alguno algunos ante antes aquel aquella aquellas aquellos asi aun aunque cada como con
contra cual cuales cuando de del desde donde dos durante e el ella ellas ellos en entre era eran es esa esas ese eso
esos esta estaba estan estar estas este esto estos fue fueron ha hace hacen hacer hacia han hasta hay la las le les lo
los mas me mediante mi mientras mis muy nada ni no nos nosotros nuestra nuestras nuestro nuestros o otra otras otro
otros para pero poco por porque practica practicas pues que quien quienes se segun ser si sido sin sobre son su sus tal
tambien tan tanto te tiene tienen toda todas todo todos tu tus u un una unas uno unos y ya yo
"""
_AR = """
في من على الى عن مع هذا هذه ذلك تلك التي الذي الذين ان كان كانت ما لا لم لن هو هي هم او ثم قد كل بعد قبل بين حتى عند
كما اي غير بعض كيف اين متى ماذا لماذا و ب ل
"""
_RU = """
а без бы был была были было быть в вам вас весь во вот все всего всех вы где да даже для до его ее если есть еще же за
и из или им их к как какие какой ко когда кто ли между мне может мы на над надо наш не него нее нет ни них но о об
однако он она они оно от очень по под при про с со так также такой там те тем то того тоже той только том у уже чем что
чтобы чтоб эта эти это этого этой этом этот я
"""
_LIGHT = """
access ask back bad best better big bring bringing brought call case change come comes coming did different done down easy
end enough every everyone everything example examples find finding first free good great hand happen happens hard help
helping helps high idea keep keeping kind know last less little live lives living long look looking lot low man men new
next nothing number often open part people person persons place places possible put putting right run running say see
set show small someone something start starting stop support supporting system tell think time times today together
top towards try turn type various way ways well world year years
aide aider an ans annee annees bon bonne bonnes bons chose choses cas exemple facile gens grand grande jour jours lieu
mieux monde nouveau nouveaux nouvelle nouvelles petit petite personne personnes plusieurs premier premiere rien temps
trouver venir vie vivre
ano anos apoyo apoyar ayuda ayudar bueno buena buenas buenos caso cosas dia dias ejemplo facil gente grande grandes lugar
mejor mundo nada nueva nuevas nuevo nuevos pequeno persona personas primera primero tiempo venir vez vida
"""
_UBIQUITOUS = """
migrant migrants migration migrations
migrante migrantes migracion migraciones
مهاجر مهاجرون مهاجرين المهاجر المهاجرون المهاجرين للمهاجرين هجره الهجره
мигрант мигранта мигрантам мигрантами мигрантах мигранте мигрантов мигрантом мигранту мигранты
миграция миграции миграциеи миграцию
移民 移徙
"""

_ZH = "的 了 和 与 及 在 是 对 为 于 以 之 等 吗 呢"

STOP_WORDS = frozenset(" ".join([_EN, _FR, _ES, _AR, _RU, _ZH]).split())
"""Folded words; “practice” is one, as all are practices here.

None of them means a subject in another of these languages, as “car” and “mine” would.
"""

LIGHT_WORDS = frozenset(_LIGHT.split()) - STOP_WORDS
"""Folded words that say little about a subject, whether or not a practice has them."""

UBIQUITOUS = frozenset(_UBIQUITOUS.split())
"""Folded words for migrants and migration: they do not say which practices are meant."""
