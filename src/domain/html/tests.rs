use super::*;

fn checked(name: &str, attributes: &[(&str, &str)]) -> (Kept, Vec<String>) {
    let mut notes = Notes::default();
    let kept = check(name, attributes.iter().copied(), &mut notes);
    (kept, notes.into_vec().iter().map(ToString::to_string).collect())
}

fn element(name: &str, attributes: &[(&str, &str)]) -> Element {
    match checked(name, attributes).0 {
        Kept::Element(element) => element,
        other => panic!("{name} {attributes:?}: {other:?}"),
    }
}

#[test]
fn what_runs_loads_or_asks_goes_with_all_it_holds_and_the_rest_leaves_its_text() {
    for name in
        ["script", "style", "template", "noscript", "iframe", "object", "svg", "math", "textarea", "select", "meta", "base"]
    {
        assert_eq!(checked(name, &[]), (Kept::Nothing, vec![format!("<{name}>")]));
    }
    for name in ["section", "font", "center", "form", "label", "dl", "x-widget", "details", "abbr"] {
        assert_eq!(checked(name, &[]), (Kept::Children, vec![format!("<{name}>")]));
    }
    assert_eq!(checked("span", &[("style", "color:inherit")]), (Kept::Children, vec!["the style color".into()]));
    assert_eq!(checked("span", &[]), (Kept::Children, vec![]));
    // A parser gives names in small letters; whatever else comes is a stranger.
    assert_eq!(checked("P", &[]).0, Kept::Children);
}

#[test]
fn attributes_are_let_through_by_name_and_value() {
    let (kept, notes) =
        checked("td", &[("colspan", "2"), ("rowspan", "65534"), ("onclick", "x()"), ("class", "a"), ("lang", "de-AT")]);
    let Kept::Element(cell) = kept else { panic!() };
    assert_eq!(cell.attributes, [("colspan", "2".to_owned()), ("lang", "de-AT".to_owned())]);
    assert_eq!(notes, ["rowspan of <td>", "onclick of <td>", "class of <td>"]);
    assert_eq!(checked("p", &[("colspan", "2")]).1, ["colspan of <p>"]);
    assert_eq!(checked("p", &[("dir", "RTL")]).0, Kept::Element(element("p", &[("dir", "rtl")])));
    assert_eq!(checked("ol", &[("start", "-3")]).1, Vec::<String>::new());
    assert_eq!(checked("p", &[("lang", "x\" onclick")]).1, ["lang of <p>"]);
}

#[test]
fn links_lead_out_of_the_page_and_only_to_three_schemes() {
    let link = element("a", &[("href", " https://example.com/a?b=c \n"), ("target", "_blank"), ("rel", "opener")]);
    assert_eq!(link.get("href"), Some("https://example.com/a?b=c"));
    assert_eq!(link.get("target"), Some("_blank"));
    assert_eq!(link.get("rel"), Some("noopener noreferrer nofollow"));
    assert_eq!(checked("a", &[("href", "https://example.com"), ("target", "_top")]).1, ["target of <a>"]);
    for address in [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "\u{1}javascript:alert(1)",
        "vbscript:x",
        "data:text/html,x",
        "http://example.com",
        "//example.com",
        "/path",
        "#name",
        "",
        "blob:https://example.com/1",
        "file:///etc",
        "https:/\\example.com",
        "https:example.com",
        "https://",
        "https://exa mple.com",
        "mailto:",
        "mailto:@",
        "mailto:a@b\nBcc:c@d",
        "tel:",
        "tel:call me",
        "\u{a0}https://example.com",
        "view-source:https://example.com",
    ] {
        assert_eq!(
            checked("a", &[("href", address)]),
            (Kept::Children, vec!["the address in href of <a>".into()]),
            "{address:?}"
        );
    }
    for address in ["https://example.com", "HTTPS://EXAMPLE.COM/", "mailto:help@example.com?subject=Hi", "tel:+49-30-123456"] {
        assert_eq!(element("a", &[("href", address)]).get("href"), Some(address));
    }
}

#[test]
fn a_refused_address_says_what_to_write() {
    for (text, why) in [
        ("", NotLink::Empty),
        ("  ", NotLink::Empty),
        ("example.com", NotLink::Scheme),
        ("example.com:8080", NotLink::Scheme),
        ("http://example.com", NotLink::Scheme),
        ("https://", NotLink::NoHost),
        ("https://example.com/a b", NotLink::Character),
        ("mailto:help", NotLink::NoMailbox),
        ("tel:now", NotLink::NoNumber),
    ] {
        assert_eq!(link(text), Err(why), "{text}");
    }
}

#[test]
fn pictures_come_by_https_and_say_how_before_they_say_where_from() {
    let picture =
        element("img", &[("src", "https://example.com/a.png"), ("alt", "A \"cat\""), ("width", "10"), ("srcset", "x 2x")]);
    let names: Vec<&str> = picture.attributes.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["referrerpolicy", "loading", "src", "alt", "width"]);
    assert_eq!(checked("img", &[("src", "data:image/svg+xml,x")]), (Kept::Nothing, vec!["the address in src of <img>".into()]));
    assert_eq!(checked("img", &[("src", "mailto:a@b.c")]).0, Kept::Nothing);
}

#[test]
fn only_harmless_styles_pass() {
    let styled = |style: &str| (element("p", &[("style", style)]).style, checked("p", &[("style", style)]).1);
    assert_eq!(
        styled("Text-Align: CENTER; color:#F00;;background-color: rgba(1, 2, 3, .5); font-weight:700"),
        (
            vec![
                ("text-align", "center".into()),
                ("color", "#f00".into()),
                ("background-color", "rgba(1, 2, 3, .5)".into()),
                ("font-weight", "700".into())
            ],
            vec![]
        )
    );
    for (style, property) in [
        ("position:fixed", "position"),
        ("background:red", "background"),
        ("background-color:url(//x)", "background-color"),
        ("color:expression(alert(1))", "color"),
        ("color:var(--x)", "color"),
        ("color:inherit", "color"),
        ("color:rgb(1,2,3", "color"),
        ("color:r\\65d", "color"),
        ("color:red/**/", "color"),
        ("color:red !important", "color"),
        ("font-weight:calc(1*700)", "font-weight"),
        ("text-decoration:underline url(x)", "text-decoration"),
        ("-moz-binding:url(x)", "-moz-binding"),
        ("nonsense", "nonsense"),
        ("--x:1", "--x"),
    ] {
        assert_eq!(styled(style), (vec![], vec![format!("the style {property}")]), "{style}");
    }
    assert_eq!(styled("color:';red;").1, ["the style color", "the style red"]);
}

#[test]
fn what_was_left_out_is_named_once_in_order_cut_short_and_not_for_ever() {
    let mut notes = Notes::default();
    for name in ["b2", "b1", "b2"] {
        notes.element(name);
    }
    notes.element(&"x".repeat(500));
    let noted = notes.into_vec();
    assert_eq!(noted.first(), Some(&LeftOut::Element("b2".into())));
    assert_eq!(noted.len(), 3);
    assert_eq!(noted[2].to_string().chars().count(), "<…>".chars().count() + 40);

    let mut notes = Notes::default();
    (0..1000).for_each(|n| notes.element(&format!("e{n}")));
    let noted = notes.into_vec();
    assert_eq!((noted.len(), noted.last()), (41, Some(&LeftOut::More)));
}

#[test]
fn what_a_parser_would_move_is_not_opened() {
    let fit = |open: &[&'static str], name: &str| {
        let mut nesting = Nesting::default();
        open.iter().for_each(|name| nesting.push(name));
        nesting.fit(name)
    };
    for (open, name, fits) in [
        (&[][..], "li", true),
        (&["ul", "li"], "li", false),
        (&["ul", "li", "div", "b"], "li", false),
        (&["ul", "li", "ul"], "li", true),
        (&["ul", "li", "blockquote"], "li", true),
        (&["a", "b"], "a", false),
        (&["a", "table", "tbody", "tr", "td"], "a", true),
        (&["h1"], "h2", false),
        (&["h1", "div"], "h2", true),
        (&["p", "b"], "div", false),
        (&["p"], "span", true),
        (&["p", "table", "tbody", "tr", "td"], "p", true),
        (&["table"], "tr", false),
        (&["table", "tbody"], "tr", true),
        (&["table", "tbody", "tr"], "b", false),
        (&["div"], "td", false),
        (&["tr"], "td", true),
    ] {
        assert_eq!(fit(open, name) == Fit::Fits, fits, "{name} in {open:?}");
    }
    let deep = vec!["div"; DEEPEST];
    assert_eq!(fit(&deep, "b"), Fit::TooDeep);
    assert_eq!(fit(&deep[1..], "b"), Fit::Fits);
    assert_eq!(fit(&deep, "table"), Fit::TooDeep);
    // A table that was opened is finished.
    assert_eq!(fit(&[&deep[1..], &["table"]].concat(), "tbody"), Fit::Fits);

    let mut nesting = Nesting::default();
    nesting.push("table");
    assert!(nesting.takes_text(" \n") && !nesting.takes_text(" x") && !nesting.takes_text("\u{a0}"));
}

#[test]
fn text_is_written_such_that_it_stays_text() {
    let mut writer = Writer::default();
    writer.open(&element("p", &[("title", "\"><script>&'\u{a0}"), ("style", "color:red;font-weight:bold")]));
    writer.text("<b>&amp;</b>\u{a0}\r\n\0");
    writer.open(&element("br", &[]));
    writer.close();
    writer.close();
    writer.open(&element("pre", &[("title", "x")]));
    writer.text("");
    writer.text("\n\nx");
    writer.text("\ny");
    writer.close();
    assert_eq!(
        writer.finish(),
        "<p title=\"&quot;&gt;&lt;script&gt;&amp;'&nbsp;\" style=\"color: red; font-weight: bold\">\
         &lt;b&gt;&amp;amp;&lt;/b&gt;&nbsp;&#13;\n<br></p><pre title=\"x\">\n\n\nx\ny</pre>"
    );
}

#[test]
fn what_shows_nothing_is_written_as_nothing() {
    let written = |text: &str, inner: &str| {
        let mut writer = Writer::default();
        writer.open(&element("p", &[]));
        writer.text(text);
        writer.open(&element(inner, &[("src", "https://example.com/a.png")]));
        writer.finish()
    };
    assert_eq!(written("", "br"), "");
    assert_eq!(written(" \u{a0}\n", "br"), "");
    assert_ne!(written("x", "br"), "");
    assert_ne!(written("", "img"), "");
    assert_ne!(written("", "hr"), "");
}

#[test]
fn what_a_parser_could_not_bear_is_not_handed_to_it() {
    assert_eq!(may_be_read(&"x".repeat(LONGEST)), Ok(()));
    assert_eq!(may_be_read(&"x".repeat(LONGEST + 1)), Err(LeftOut::Size));
    let tangle = |count: usize| (0..count).map(|n| format!("<B a={n}>")).collect::<String>() + &"<p>x".repeat(count);
    assert_eq!(may_be_read(&tangle(3_100)), Ok(()));
    assert_eq!(may_be_read(&tangle(3_300)), Err(LeftOut::Tangle));
    // Closing tags, which may be make-believe, do not count; what only begins like formatting does not either.
    assert_eq!(may_be_read(&"<p>x</p>".repeat(20_000)), Ok(()));
    assert_eq!(may_be_read(&"<br><i title=\"</i>\">".repeat(4_000)), Err(LeftOut::Tangle));
}

#[test]
fn styles_and_handlers_are_set_aside_where_a_browser_reads_an_attribute_and_nowhere_else() {
    // `@` stands where a style is one, or a handler.
    for text in [
        "<p @=\"color:red\">style=1</p>",
        "<P\n@ = 'a>b' STYLEd=1 x=style @>style</P style=1>",
        "<p x=\"<p style=1>\"y='<p style=2>'@=3 / @ /@>",
        "<p x=style=1 =style=2 @=a/style @>",
        "<!-- <p style=1> --><p @=1><!--><p @=1>--><!---><p @=1><!-- x --!><p @=1><!-- y ---><p @=1>",
        "<!doctype style><?style <p style?><p @></ style=1><p @><br/@=1>",
        "<style style2=1 @=2><p style=1></styles><p style=1></STYLE ><p @=1>",
        "<textarea><p style=1></textarea\n style=2><p @=1><script>'<p style=1>'</script><p @>",
        "a < b style=1 <p @=ä>€<p @",
        "<x-style @=\"",
        "<plaintext @><p style=1>",
        "<p @=1>\u{0}<p \u{0}style=1><p @\x0c=1>",
    ] {
        for name in ["Style", "onClick"] {
            assert_eq!(set_aside(&text.replace('@', name)), text.replace('@', &format!("set-aside-{name}")));
        }
    }
    assert!(matches!(set_aside("<p title=style lon=1>"), std::borrow::Cow::Borrowed(_)));
    for (name, before) in [
        ("set-aside-style", "style"),
        ("set-aside-onclick", "onclick"),
        ("set-aside-href", "set-aside-href"),
        ("onclick", "onclick"),
        ("href", "href"),
    ] {
        assert_eq!(name_before(name), before);
    }
    for length in 0..60 {
        // Whatever breaks off in the middle is read to its end.
        let text = "<p style='é' <!-- - --><textarea></text</textarea style=\"x\">";
        let _ = set_aside(&text.chars().take(length).collect::<String>());
    }
}
