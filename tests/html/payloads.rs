//! Attacks, made by crossing what can run, how it is written, and where it stands. Each calls `hit()` if it runs, or asks for an address
//! with `fetched-by-attack` in it if it loads.

/// Everything, in a fixed order.
pub fn all() -> Vec<String> {
    let kernels = kernels();
    let mut all = Vec::new();
    // Every kernel in every place would be 90,000, most of them alike; so each kernel stands in a twelfth of the places, another each.
    for (number, kernel) in kernels.iter().enumerate() {
        all.push(kernel.clone());
        all.extend(PLACES.iter().skip(number % 12).step_by(12).map(|place| place.replace('@', kernel)));
    }
    // And a few in every place.
    for kernel in [
        "<img src=x onerror=hit()>",
        "<svg onload=hit()></svg>",
        "<script>hit()</script>",
        "<iframe src=javascript:parent.hit()></iframe>",
    ] {
        all.extend(PLACES.iter().map(|place| place.replace('@', kernel)));
        // Two walls one after the other: what is text inside of one is markup inside of the other.
        for outer in PLACES {
            all.extend(PLACES.iter().step_by(6).map(|inner| outer.replace('@', &inner.replace('@', kernel))));
        }
    }
    all.extend(truncated());
    all
}

/// Where an attack may stand: `@` is its place. Walls between the languages of a page, and what parsers mend.
const PLACES: &[&str] = &[
    "<p>@</p>",
    "<div title=\"@\">x</div>",
    "<div title='@'>x</div>",
    "<div title=\"\"@>x</div>",
    "<a title='\"@' href=\"https://example.com\">x</a>",
    "<img alt=\"'@\" src=\"https://example.com/fetched-by-attack.png\">",
    "<svg>@</svg>",
    "<svg><desc>@</desc></svg>",
    "<svg><title>@</title></svg>",
    "<svg><foreignObject>@</foreignObject></svg>",
    "<svg><style>@</style></svg>",
    "<svg><style><a title=\"</style>@\"></svg>",
    "<svg></p><style><a id=\"</style>@\">",
    "<svg><![CDATA[@]]></svg>",
    "<math>@</math>",
    "<math><mtext>@</mtext></math>",
    "<math><mi><mglyph><svg>@</svg></mglyph></mi></math>",
    "<math><mtext><table><mglyph><style><!--</style>@--></table></mtext></math>",
    "<math><annotation-xml encoding=\"text/html\">@</annotation-xml></math>",
    "<math><annotation-xml encoding=\"application/xhtml+xml\"><style>@</style></annotation-xml></math>",
    "<form><math><mtext></form><form><mglyph><style></math>@",
    "<template>@</template>",
    "<div><template shadowrootmode=open>@</template></div>",
    "<noscript>@</noscript>",
    "<noscript><p title=\"</noscript>@\">",
    "<style>@</style>",
    "<style><!--</style>@--></style>",
    "<textarea>@</textarea>",
    "<textarea></textarea>@",
    "<title>@</title>",
    "<title></title>@<title>",
    "<xmp>@</xmp>",
    "<xmp><p title=\"</xmp>@\">",
    "<noembed>@</noembed>",
    "<noframes>@</noframes>",
    "<iframe>@</iframe>",
    "<iframe><p title=\"</iframe>@\">",
    "<plaintext>@",
    "<listing>@</listing>",
    "<select>@</select>",
    "<select><option>@</option></select>",
    "<select><keygen>@",
    "<table>@</table>",
    "<table><tr>@</tr></table>",
    "<table><tr><td>@</td></tr></table>",
    "<table><caption>@</caption><colgroup>@</colgroup></table>",
    "<a href=\"https://example.com/1\"><table><a href=\"https://example.com/2\">@</table>y</a>",
    "<ul><li><table><li>@</table></ul>",
    "<h1><table><h2>@</table></h1>",
    "<h1><section><h2>@</h2></section></h1>",
    "<p><button><p>@</p></button></p>",
    "<p><object><div>@</div></object></p>",
    "<b><p>@</b></p>",
    "<b><i><a href=\"https://example.com\"><div>@</b></i></a>",
    "<pre>\n\n@</pre>",
    "<!--@-->",
    "<!-->@-->",
    "<!--x--!>@-->",
    "<!--<!-- -->@-->",
    "<![CDATA[@]]>",
    "<?xml @ ?>",
    "<!doctype html [@]>",
    "</p @>",
    "<div style=\"background:url('@')\">x</div>",
    "<x-y is=\"@\">@</x-y>",
    "<body @><html onload=hit()>@",
    "<frameset>@</frameset>",
    "<dialog open>@</dialog>",
    "<details open>@</details>",
    "<ruby><rt>@</ruby>",
    "<dl><dt>@<dd>@</dl>",
];

/// What runs or loads by itself.
fn kernels() -> Vec<String> {
    let mut kernels = Vec::new();
    handlers(&mut kernels);
    addresses(&mut kernels);
    styles(&mut kernels);
    kernels.extend(WHOLE.iter().map(|&kernel| kernel.to_owned()));
    kernels
}

const ELEMENTS: &[&str] = &[
    "img", "image", "svg", "body", "iframe", "object", "embed", "video", "audio", "source", "input", "details", "marquee", "a",
    "p", "div", "form", "button", "table", "td", "style", "script", "link", "math", "select", "textarea", "template", "x-y",
    "h1", "span",
];

const HANDLERS: &[&str] = &[
    "onload",
    "onerror",
    "onfocus",
    "onclick",
    "onmouseover",
    "ontoggle",
    "onstart",
    "onbegin",
    "onanimationstart",
    "onpointerenter",
    "onbeforematch",
    "onscrollend",
    "onloadstart",
];

/// How an attribute may be written: `N` its name, `V` its value.
const WAYS: &[&str] = &[
    " N=V",
    " N = 'V'",
    "/N=\"V\"",
    "\nN\n=\nV",
    "\tN=V/",
    "\x0cN=V",
    " x='>' N=V",
    " N=V N=x",
    " \u{0}N=V",
    " N=`V`",
    " a\"N=V",
    " =N N=V",
];

fn handlers(into: &mut Vec<String>) {
    for (nth, element) in ELEMENTS.iter().enumerate() {
        for (mth, handler) in HANDLERS.iter().enumerate() {
            let way = WAYS[(nth * 7 + mth) % WAYS.len()];
            let name: String = match (nth + mth) % 3 {
                0 => (*handler).to_owned(),
                1 => handler.to_uppercase(),
                _ => handler.chars().enumerate().map(|(n, c)| if n % 2 == 0 { c.to_ascii_uppercase() } else { c }).collect(),
            };
            let value = ["hit()", "hit`1`", "&#104;it()", "hit&lpar;&rpar;", "eval('hit()')"][(nth + 2 * mth) % 5];
            let attribute = way.replace('V', value).replace('N', &name);
            into.push(format!(
                "<{element} src=/fetched-by-attack?{nth} data=x tabindex=0 autofocus open{attribute}>x</{element}>"
            ));
        }
    }
}

/// Attributes that lead somewhere: `@` is the address.
const LEADS: &[&str] = &[
    "<a href=\"@\">x</a>",
    "<a href='@' target=_self>x</a>",
    "<A HREF=@>x</A>",
    "<a href=https://example.com ping=\"@\">x</a>",
    "<area href=\"@\">",
    "<form action=\"@\"><input type=submit></form>",
    "<button formaction=\"@\" form=x>x</button>",
    "<iframe src=\"@\"></iframe>",
    "<iframe srcdoc=\"@\"></iframe>",
    "<embed src=\"@\">",
    "<object data=\"@\"></object>",
    "<img src=\"@\">",
    "<img srcset=\"@ 1x\" src=\"@\">",
    "<input type=image src=\"@\">",
    "<video poster=\"@\" src=\"@\"></video>",
    "<body background=\"@\">",
    "<table background=\"@\"><td background=\"@\">x</table>",
    "<link rel=stylesheet href=\"@\">",
    "<link rel=preload as=image href=\"@\">",
    "<base href=\"@\">",
    "<meta http-equiv=refresh content=\"0;url=@\">",
    "<svg><a xlink:href=\"@\"><text>x</text></a></svg>",
    "<svg><use href=\"@\"/></svg>",
    "<svg><image href=\"@\"/></svg>",
    "<svg><script href=\"@\"></script></svg>",
    "<svg><a><animate attributeName=href values=\"@\"/>x</a></svg>",
    "<svg><set attributeName=href to=\"@\"/></svg>",
    "<math href=\"@\">x</math>",
    "<math><maction actiontype=statusline#@ xlink:href=\"@\">x</maction></math>",
    "<script src=\"@\"></script>",
    "<blockquote cite=\"@\">x</blockquote>",
    "<p style=\"background:url(@)\">x</p>",
];

fn addresses(into: &mut Vec<String>) {
    let spelled = |each: fn(char) -> String| "javascript:hit()".chars().map(each).collect::<String>();
    let addresses = [
        "javascript:hit()".to_owned(),
        "JaVaScRiPt:hit()".to_owned(),
        " \t\njavascript:hit()".to_owned(),
        "\u{1}javascript:hit()".to_owned(),
        "java\tscript:hit()".to_owned(),
        "java\nscript\r:hit()".to_owned(),
        "java&Tab;script&NewLine;&colon;hit()".to_owned(),
        spelled(|c| format!("&#{};", c as u32)),
        spelled(|c| format!("&#x{:X}", c as u32)),
        spelled(|c| format!("&#{:07}", c as u32)),
        "javascript&#58hit()".to_owned(),
        "javascript://example.com/%0Ahit()".to_owned(),
        "javascript:/*--></title></style></textarea></script></xmp><svg/onload='hit()'>".to_owned(),
        "vbscript:hit()".to_owned(),
        "data:text/html,<script>parent.hit()</script>".to_owned(),
        "data:text/html;base64,PHNjcmlwdD5wYXJlbnQuaGl0KCk8L3NjcmlwdD4=".to_owned(),
        "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='hit()'/>".to_owned(),
        "view-source:javascript:hit()".to_owned(),
        "blob:null/fetched-by-attack".to_owned(),
        "//fetched-by-attack.invalid/x".to_owned(),
        "/\\fetched-by-attack.invalid/x".to_owned(),
        "/fetched-by-attack".to_owned(),
        "http://fetched-by-attack.invalid/x.png".to_owned(),
        "https://fetched-by-attack.invalid/x.png".to_owned(),
        "https:/fetched-by-attack".to_owned(),
        "https:javascript:hit()".to_owned(),
        "mailto:x@example.com\njavascript:hit()".to_owned(),
    ];
    for lead in LEADS {
        into.extend(addresses.iter().map(|address| lead.replace('@', address)));
    }
}

fn styles(into: &mut Vec<String>) {
    for property in [
        "color",
        "background",
        "background-color",
        "text-align",
        "-moz-binding",
        "behavior",
        "width",
        "list-style",
        "content",
        "cursor",
        "--x",
    ] {
        for value in [
            "url(/fetched-by-attack)",
            "u\\72l(/fetched-by-attack)",
            "url('javascript:hit()')",
            "expression(hit())",
            "expr/**/ession(hit())",
            "var(--x)",
            "red;}@import url(/fetched-by-attack)",
            "image-set('/fetched-by-attack' 1x)",
            "red /*",
            "&#117;rl(/fetched-by-attack)",
        ] {
            into.push(format!("<p style=\"{property}:{value}\">x</p>"));
        }
    }
}

/// What does not come of a table.
const WHOLE: &[&str] = &[
    "<script>hit()</script>",
    "<SCRIPT\n>hit()</SCRIPT\t>",
    "<script/x>hit()</script>",
    "<<script>hit()//<</script>",
    "<scr<script>ipt>hit()</scr</script>ipt>",
    "<svg><script>hit()</script></svg>",
    "<svg><script>&#104;it()</script></svg>",
    "<svg><animate onbegin=hit() attributeName=x dur=1s>",
    "<svg><foreignObject><iframe onload=hit()></iframe></foreignObject></svg>",
    "<style>@import '/fetched-by-attack';</style>",
    "<style>*{background:url(/fetched-by-attack)}</style>",
    "<link rel=stylesheet href=/fetched-by-attack>",
    "<iframe srcdoc='<script>parent.hit()</script>'></iframe>",
    "<video><source onerror=hit() src=/fetched-by-attack></video>",
    "<input autofocus onfocus=hit()>",
    "<details open ontoggle=hit()>x</details>",
    "<form id=x></form><button form=x formaction=javascript:hit()>x</button>",
    "<img name=getElementById src=/fetched-by-attack><form name=attributes><input name=childNodes></form>",
    "<form><input name=nodeType><input name=namespaceURI><input name=localName></form>",
    "<p id=hit name=hit>x</p><a id=document href=https://example.com>x</a>",
    "<object type=text/x-scriptlet data=/fetched-by-attack></object>",
    "<math><mi//xlink:href=\"data:x,<script>hit()</script>\">",
    "<isindex action=javascript:hit() type=submit>",
    "<meta http-equiv=set-cookie content=x=1><meta http-equiv=Content-Security-Policy content=\"default-src *\">",
];

/// Texts that break off in the middle of a word.
fn truncated() -> Vec<String> {
    let whole = "<p title=\"a\" onclick=\"hit()\">x<!-- y --><svg><a xlink:href=\"javascript:hit()\">z</a></svg>&#x3c;img src=x onerror=hit()&gt;</p>";
    (1..whole.len()).map(|length| whole.chars().take(length).collect()).collect()
}
