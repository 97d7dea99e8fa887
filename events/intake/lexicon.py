"""The words by which the press reports what somebody said or did, and what each tells of the stance."""

from __future__ import annotations

# Verb of saying in each of its forms → the stance that it tells by itself; "" leaves that to what was said.
_SAYING = {
    "accuses": "accuse accuses accused accusing allege alleges alleged alleging blame blames blamed blaming charge"
    " charges charged charging",
    "denies": "deny denies denied denying refute refutes refuted refuting rebut rebuts rebutted rebutting",
    "rejects": "reject rejects rejected rejecting dismiss dismisses dismissed dismissing",
    "appeals": "urge urges urged urging appeal appeals appealed appealing demand demands demanded demanding beseech"
    " implore implores implored hope hopes hoped hoping exhort exhorts exhorted",
    "supports": "support supports supported supporting back backs backed backing welcome welcomes welcomed welcoming"
    " endorse endorses endorsed endorsing praise praises praised praising hail hails hailed hailing applaud applauds"
    " applauded defend defends defended defending",
    "opposes": "oppose opposes opposed opposing condemn condemns condemned condemning criticize criticizes criticized"
    " criticizing criticise criticises criticised criticising denounce denounces denounced denouncing deplore deplores"
    " deplored deploring regret regrets regretted regretting lament laments lamented slam slams slammed slamming blast"
    " blasts blasted decry decries decried protest protests protested",
    "warns": "warn warns warned warning caution cautions cautioned cautioning threaten threatens threatened"
    " threatening fear fears feared",
    "pledges": "pledge pledges pledged pledging vow vows vowed vowing promise promises promised promising",
    "announces": "announce announces announced announcing declare declares declared declaring unveil unveils"
    " unveiled proclaim proclaims proclaimed",
    "": "say says said saying tell tells told telling add adds added adding state states stated stating note notes"
    " noted noting argue argues argued arguing claim claims claimed claiming insist insists insisted insisting assert"
    " asserts asserted asserting maintain maintains maintained maintaining counter counters countered countering reply"
    " replies replied replying respond responds responded responding write writes wrote writing tweet tweets tweeted"
    " tweeting explain explains explained explaining stress stresses stressed stressing emphasize emphasizes"
    " emphasized emphasizing emphasise emphasises emphasised reiterate reiterates reiterated reiterating repeat"
    " repeats repeated acknowledge acknowledges acknowledged acknowledging admit admits admitted admitting confirm"
    " confirms confirmed confirming conclude concludes concluded concluding remark remarks remarked observe observes"
    " observed suggest suggests suggested suggesting propose proposes proposed proposing offer offers offered report"
    " reports reported reveal reveals revealed believe believes believed recall recalls recalled continue continued"
    " identify identifies identified identifying describe describes described describing call calls called",
}
STANCE_OF_VERB: dict[str, str] = {form: stance for stance, forms in _SAYING.items() for form in forms.split()}

# Phrases that say it in several words; longest first where one begins another.
STANCE_OF_PHRASE: tuple[tuple[str, str], ...] = (
    (r"call(?:s|ed|ing)?\s+(?:on|upon|for)\b", "appeals"),
    (r"ask(?:s|ed|ing)?\s+(?:[A-Z]\w+\s+)?(?:for|to)\b", "appeals"),
    (r"press(?:es|ed|ing)\s+(?:for)\b", "appeals"),
    (r"express(?:es|ed|ing)?\s+(?:\w+\s+)?(?:concerns?|alarm|worr(?:y|ies)|fears?)\b", "warns"),
    (r"express(?:es|ed|ing)?\s+(?:\w+\s+)?hopes?\b", "appeals"),
    (r"express(?:es|ed|ing)?\s+(?:\w+\s+)?(?:support|solidarity)\b", "supports"),
    (r"express(?:es|ed|ing)?\s+(?:\w+\s+)?(?:regret|disappointment|dismay)\b", "opposes"),
    (r"voic(?:es|ed|ing)\s+(?:\w+\s+)?(?:concerns?|alarm)\b", "warns"),
    (r"rais(?:es|ed|ing)\s+(?:\w+\s+)?concerns?\b", "warns"),
    (r"issu(?:es|ed|ing)\s+(?:an?\s+)?(?:\w+\s+)*?statement\b(?:\s+saying)?", ""),
    (r"releas(?:es|ed|ing)\s+(?:an?\s+)?(?:\w+\s+)*?statement\b(?:\s+saying)?", ""),
    (r"point(?:s|ed|ing)\s+out\b", ""),
    (r"(?:made|makes|making)\s+clear\b", ""),
    (r"express(?:es|ed|ing)?\b", ""),
)

# Words by which a speaker takes a stance outright; the one that stands first in what was said decides.
PERFORMATIVES: tuple[tuple[str, str], ...] = (
    (
        r"\b(?:oppos(?:e|es|ed|ing)|condemn(?:s|ed)?|regret(?:s|ted)?|deplore[sd]?|reject(?:s|ed)?|denounce[sd])\b",
        "opposes",
    ),
    (r"\b(?:call(?:s|ed|ing)?\s+(?:up)?on|urge[sd]?|appeal(?:s|ed)?\s+to|hope[sd]?|demand(?:s|ed)?)\b", "appeals"),
    (
        r"(?<!not )\b(?:support(?:s|ed)?|welcome[sd]?|endorse[sd]?|stand(?:s)?\s+(?:behind|with)|back(?:s)?\s+the)\b",
        "supports",
    ),
    (r"\b(?:I|we|[Gg]overnment)\s+(?:pledge|vow|promise)\b", "pledges"),
    (r"\b(?:I|we)\s+(?:warn|caution)\b", "warns"),
)

# What was said tells the stance where neither the verb nor a performative does. The first that fits, in this order.
STANCE_OF_CONTENT: tuple[tuple[str, str], ...] = (
    (
        r"\b(?:has|have|had|did|does|do|is|are|was|were)\s*(?:not|n[’']t|never)\s+(?:\w+\s+){0,2}"
        r"(?:violat|breach|cheat|in violation|in breach|seek|pursu|develop)\w*",
        "denies",
    ),
    (r"\bnever\s+(?:violated|breached|sought)|\bno\s+(?:violations?|breach(?:es)?)\b", "denies"),
    (
        r"\b(?:baseless|groundless|unfounded|fabricat\w+|false (?:accusations?|claims?)|unsubstantiated|far-fetched)\b",
        "denies",
    ),
    (
        r"\b(?:fully|strictly|always|scrupulously)\s+(?:complie[sd]|comply(?:ing)?|abide[sd]|observe[sd]?"
        r"|implement(?:s|ed)?"
        r"|adhere[sd]?|met)\b|\bcomplies\s+with\b|\b(?:is|are|was|remains?)\s+in\s+(?:full\s+)?compliance\b",
        "denies",
    ),
    (r"\b(?:come|comes|return|returns|returning|back)\s+(?:back\s+)?(?:in)?to\s+(?:\w+\s+)?compliance", "appeals"),
    (r"\bunacceptable\b|\bregrettable\b|\bmistake\b|\birresponsible\b|\bstep (?:back|toward)\w*\b", "opposes"),
    (
        r"\b(?:violat(?:e|es|ed|ing|ion|ions)|breach(?:es|ed|ing)?|noncompliance|non-compliance|cheat(?:s|ed|ing)?"
        r"|misrepresents?|illegal(?:ly)?|unlawful(?:ly)?|pretexts?|not comply(?:ing)?|fail(?:s|ed|ing)? to comply)\b",
        "accuses",
    ),
    (
        r"\b(?:get out of|shed|abandon(?:s|ed|ing)?|dismantl\w+|destroy(?:s|ed|ing)?|undermin\w+|ignor(?:e|es|ed|ing)"
        r"|evad\w+|moved beyond testing|begun deploying|lost any interest|blackmail|to blame|responsible for)\b",
        "accuses",
    ),
    (
        r"\b(?:will|would|shall|to|are|is|has|have)\s+(?:\w+\s+)?suspend(?:s|ed|ing)?\b|\bsuspension of (?:its|our)\b",
        "suspends",
    ),
    (
        r"\b(?:withdraw(?:s|n|ing)?|withdrew|pull(?:s|ed|ing)?\s+out|quit(?:s|ting)?|leave|leaves|leaving"
        r"|exit(?:s|ing)?"
        r"|denounc(?:e|ing)|no longer (?:abide|be (?:bound|a party)|comply|observe)|formal notice)\b",
        "withdraws",
    ),
    (
        r"\b(?:will|would|shall)\s+not\s+(?:\w+\s+){0,6}(?:unless|first|until)|\bnot\s+\w+\s+(?:\w+\s+){0,4}unless\b"
        r"|\b(?:will|would)\s+(?:\w+\s+){0,2}(?:abide|comply|observe|adhere|honou?r|implement|respect|uphold"
        r"|remain (?:committed|in|a party)|stay in|stick to)"
        r"|\bwill not be the first\b|\b(?:remain(?:s|ed)?|is|are|am|was|were) (?:fully )?committed to\b"
        r"|\bguarantee[sd]?\b",
        "pledges",
    ),
    (
        r"\b(?:should (?:resolve|return|come|sit|settle|reconsider|refrain|exercise|be preserved)"
        r"|must (?:return|come|stop|end"
        r"|be)|needs? to (?:return|come|stop|end)|dialogue|negotiat(?:e|ion|ions)|open to|ready (?:for"
        r"|to) (?:talk|negotiat"
        r"|discuss)\w*|resolve their differences|talks)\b",
        "appeals",
    ),
    (
        r"\b(?:jeopardi[sz]\w*|endanger\w*|threat(?:en|ens|ened|ening|s)?|risk(?:s|ed|ing|y)?|arms race|dangerous"
        r"|consequences|destabili[sz]\w*|catastroph\w*|weaken\w*|escalat\w*|advantage|retaliat\w*|respond in kind)\b",
        "warns",
    ),
    (r"\b(?:will|would|shall|plans? to|intends? to|going to)\b(?!\s+(?:wait|be\s+\w+ing))", "announces"),
)

# Nouns of office; what stands before and after them makes the office of a person.
OFFICES = (
    r"(?:vice[\s-])?president(?:-elect)?",
    r"(?:deputy\s+)?prime\s+minister",
    "premier",
    "chancellor",
    r"(?:deputy\s+|vice\s+)?(?:first\s+deputy\s+)?foreign\s+minister",
    r"(?:deputy\s+)?defen[cs]e\s+minister",
    r"(?:deputy\s+)?minister(?:\s+of\s+(?:foreign\s+affairs|defen[cs]e|state))?",
    r"(?:deputy\s+|assistant\s+)?secretary\s+of\s+(?:state|defen[cs]e|energy|war)",
    r"defen[cs]e\s+secretary",
    r"foreign\s+secretary",
    r"(?:deputy\s+)?secretary[\s-]general",
    r"under[\s-]?secretary(?:\s+of\s+\w+)?",
    r"assistant\s+secretary",
    r"press\s+secretary",
    r"executive\s+secretary",
    r"state\s+secretary",
    "ambassador",
    r"(?:special\s+)?envoy",
    r"special\s+representative",
    r"high\s+representative",
    r"spokes(?:man|woman|person)",
    r"director[\s-]general",
    "director",
    r"(?:foreign\s+)?policy\s+chief",
    r"negotiator",
    r"chief",
    r"chair(?:man|woman|person)?",
    "speaker",
    "head",
    "leader",
    r"supreme\s+leader",
    r"national\s+security\s+advis[eo]r",
    "advis[eo]r",
    "commissioner",
    "coordinator",
    "senator",
    "congressman",
    "congresswoman",
    "representative",
    "lawmaker",
    "general",
    "admiral",
    "colonel",
    "commander",
    "king",
    "queen",
    "pope",
    "official",
    "diplomat",
    "delegate",
    "legislator",
    r"members?\s+of\s+(?:the\s+)?parliament",
    "analyst",
)
RANKS = (
    r"(?:former|then|acting|interim|deputy|vice|first|senior|top|chief|permanent|special|assistant|retired|outgoing"
    r"|incoming|newly\s+elected|longtime)"
)
PARTICLES = r"(?:al|bin|ibn|ben|van|von|der|den|de|da|dos|du|la|le|el|ter|abu)"

# Offices that only one state has under that name.
OFFICE_OF: tuple[tuple[str, str], ...] = (
    (
        r"\b(?:under)?secretary of (?:state|defense|war|energy)\b|\bsenator\b|\bcongress(?:man|woman)\b"
        r"|\bundersecretary\b",
        "united-states",
    ),
    (r"\bforeign secretary\b|\bdefence secretary\b", "united-kingdom"),
    (r"\bsupreme leader\b", "iran"),
)
