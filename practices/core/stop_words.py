"""Stop words of the languages that people search in: words that say nothing about a subject."""

from practices.core.tokenizer import fold

_EN = """
a about after against all already also although always am among an and any anyone are around as at away be because
been before being between both but by can cannot could did do does doing done during each else etc even ever for from
further get gets getting give gives had has have having he her here hers him his how however i if in into is it its
itself just let like made make makes making many may me might more most much must my need needs never no nobody nor
not of off on one ones only onto or other others our ours out over own per please practice practices rather really
same she should so some somebody still such take takes taking than that the their theirs them themselves then there
these they thing things this those though through to too toward under until up upon us use used using very via want
wants was we were what when where whether which while who whom whose why will with within without would yet you your
yours
"""
_FR = """
a afin ai ainsi alors apres au aucun aupres aussi autour autre autres aux avaient avant avec avoir c ce ceci cela
celle celles celui certain certaine certaines certains ces cet cette ceux chaque chez comme comment contre d dans de
depuis des deux devoir doit doivent donc dont du elle elles en encore entre est et etaient etait ete etre eu eux faire
fait faut font ici il ils j jamais je jusqu l la laquelle le lequel les lesquelles lesquels leur leurs lors lorsque
lui m ma malgre meme memes mes moins mon n ne ni nos notre nous on ont ou par parce parmi pas pendant peu peut peuvent
plus pour pourquoi pouvoir pratique pratiques puis qu quand que quel quelle quelles quelques quels qui quoi s sa sans
se selon sera seront ses si soit son sont sous sur t ta te tes toi toujours tous tout toute toutes tres tu un une vers
veulent veut vos votre vouloir vous y
"""
_ES = """
a ademas al algo algun alguna algunas alguno algunos alrededor ante antes aquel aquella aquellas aquellos asi aun
aunque cada como con contra cual cuales cuando de debe deben deber del desde donde dos durante e el ella ellas ellos
en entre era eran es esa esas ese eso esos esta estaba estamos estan estar estas este esto estos fue fueron ha habia
hace hacen hacer hacia han hasta hay jamas la las le les lo los mas me mediante mi mientras mis muy nada ni no nos
nosotros nuestra nuestras nuestro nuestros nunca o otra otras otro otros para pero poco poder por porque practica
practicas pueda puedan puede pueden pues que querer quien quienes quiere quieren se sean segun ser si sido sin sino
sobre somos son su sus tal tambien tan tanto te tenemos tener tiene tienen toda todas todavia todo todos tras tu tus u
un una unas uno unos y ya yo
"""
_AR = """
في من على الى عن مع هذا هذه ذلك تلك التي الذي الذين ان كان كانت ما لا لم لن هو هي هم او ثم قد كل بعد قبل بين حتى عند
كما اي غير بعض كيف اين متى ماذا لماذا و ب ل ضد دون خلال نحو منذ حول لدى هناك هنا بها به لها له لهم فيها فيه منها منه
عنها عليها عليه اليها انه انها كيفيه هل ايضا جدا فقط جميع اكثر يمكن يتم وهو وهي وان بان لان وفي ومن
"""
_RU = """
а без более бы был была были было быть в вам вас весь вместо во вокруг вот все всегда всего всех вы где да даже для до
должен должны его ее если есть еще же за зачем здесь и из или им их к как какие какой ко когда которая которого
которое которой которые который которым которыми которых кроме кто ли лишь между менее мне может можно мы на над надо
наш не него нее нет ни никогда них но нужно о об однако около он она они оно от откуда очень перед по под пока после
потому почему при про против с своего своей своем свои своим своих себе себя со среди так также такой там те тем то
того тоже той только том туда у уже хотя чем через что чтоб чтобы эта эти это этого этой этом этот я является являются
"""
_LIGHT = """
access ask back bad best better big bring bringing brought call case change come comes coming did different done down easy
end enough every everyone everything example examples find finding first free good great hand happen happens hard help
helping helps high idea keep keeping kind know last less little live lives living long look looking lot low man men new
next nothing number often open part people person persons place places possible put putting right run running say see
set show small someone something start starting stop support supporting system tell think time times today together
top towards try turn type various way ways well world year years
combat combating combats combatting fight fighting fights fought improve improves improving promote promotes promoting
strengthen strengthening strengthens tackle tackling
aide aider an ans annee annees bon bonne bonnes bons chose choses cas exemple facile gens grand grande jour jours lieu
mieux monde nouveau nouveaux nouvelle nouvelles petit petite personne personnes plusieurs premier premiere rien temps
trouver venir vie vivre
ameliorer combattre favoriser lutte luttes lutter promouvoir renforcer
ano anos apoyo apoyar ayuda ayudar bueno buena buenas buenos caso cosas dia dias ejemplo facil gente grande grandes lugar
mejor mundo nada nueva nuevas nuevo nuevos pequeno persona personas primera primero tiempo venir vez vida
combatir fortalecer lucha luchar luchas mejorar promover
борьба борьбе борьбой борьбу борьбы год года годы жизнь жизни лет людей людям люди мера мерах мерам меры новая новые новый
новых поддержка поддержке поддержки поддержку помощи помощь помощью помочь пример примеры способ способы человек человека
أشخاص الأشخاص الدعم المساعدة المكافحة الناس تحسين تعزيز جديد جديدة حياة دعم سنة شخص طرق طريقة عام لدعم لمساعدة مثال مساعدة
مكافحة ناس
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


def _folded(*lists: str) -> frozenset[str]:
    """Return the words as search knows them: й as и, and the same alef whatever stands above it."""
    return frozenset(fold(word) for words in lists for word in words.split())


STOP_WORDS = _folded(_EN, _FR, _ES, _AR, _RU, _ZH)
"""Folded words; “practice” is one, as all are practices here.

None of them means a subject in another of these languages, as “car” and “mine” would.
"""

LIGHT_WORDS = _folded(_LIGHT) - STOP_WORDS
"""Folded words that say little about a subject, whether or not a practice has them."""

UBIQUITOUS = _folded(_UBIQUITOUS)
"""Folded words for migrants and migration: they do not say which practices are meant."""
