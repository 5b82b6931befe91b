package text

// stopWords carry a sentence and say nothing of its subject. All languages together: a text that mixes them is common,
// and the few words that mean something in one and nothing in another cost little.
var stopWords = set(`
a about above after again against all almost also although always am among an and another any are aren't around as at away back be became because
become been before being below between both but by came can can't cannot could couldn't did didn't do does doesn't doing don't done down during each
either else enough even ever every few first for from further get gets give given go goes going gone got had hadn't has hasn't have haven't having he
he'd he'll he's hence her here hers herself him himself his how however i i'd i'll i'm i've if in indeed instead into is isn't it it's its itself just
keep kept know known last least less let like made make makes making many may maybe me might more most much must mustn't my myself never new no nobody
none nor not nothing now of off often on once one only onto or other others ought our ours ourselves out over own per perhaps put quite rather really
said same say says see seen several shall she she'd she'll she's should shouldn't since so some something still such take taken than that that's the
their theirs them themselves then there there's these they they'd they'll they're they've thing things this those though three through thus time to
together too took toward two under until up upon us use used using very was wasn't way we we'd we'll we're we've well went were weren't what when where
whether which while who whole whom whose why will with within without won't would wouldn't year years yes yet you you'd you'll you're you've your yours
der die das den dem des ein eine einer eines einem einen und oder aber auch als am an auf aus bei bis da dass daß denn diese dieser dieses doch du durch
er es für gegen hat hatte haben ich ihr ihre im in ist ja kann kein keine man mehr mein mit muss nach nicht noch nun nur ob ohne sehr sein seine sich sie
sind so über um uns unter vom von vor war waren was weil wenn werden wie wieder will wir wird wo zu zum zur zwischen
le la les un une des du de et ou mais dans en par pour sur avec sans ce cet cette ces il elle ils elles on nous vous je tu que qui quoi dont où ne pas
plus est sont était été être avoir a ont avait au aux se sa son ses leur leurs comme si tout tous toute
el los las una unos unas y o pero en con sin por para que como su sus se es son era fue ser ha han había al lo más no sí este esta estos estas
il lo gli i uno e ma nel nella con senza per tra fra che chi come si è sono era stato essere ha hanno aveva al alla dei delle del della non più questo
questa`)
