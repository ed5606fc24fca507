//! Puts final names, integrity values and the build id into a page, and refuses a page that would break its own policy.

use std::collections::BTreeMap;

use super::Asset;

/// The page with every tag that names a built file rewritten, and without comments and Trunk's own marks.
pub fn finish(page: &str, assets: &BTreeMap<String, Asset>, build: &str) -> Result<String, String> {
    let mut finished = String::with_capacity(page.len() + 1024);
    let mut rest = page;
    while let Some((before, from)) = rest.split_once('<') {
        finished.push_str(before);
        if let Some(comment) = from.strip_prefix("!--") {
            rest = comment.split_once("-->").ok_or("a comment does not end")?.1;
            continue;
        }
        let (tag, after) = from.split_once('>').ok_or("a tag does not end")?;
        allowed(tag, after)?;
        if !tag.contains(" data-trunk") {
            finished.push('<');
            finished.push_str(&rewrite(tag, assets, build));
            finished.push('>');
        }
        rest = after;
    }
    finished.push_str(rest);
    let lines: Vec<&str> = finished.lines().filter(|line| !line.trim().is_empty()).collect();
    Ok(lines.join("\n") + "\n")
}

/// Nothing inline: the policy would block it, and the page would be half dead without a word.
fn allowed(tag: &str, after: &str) -> Result<(), String> {
    let inline_script = tag.starts_with("script") && !after.starts_with("</script");
    let handler = tag.split_whitespace().skip(1).any(|word| word.starts_with("on") && word.contains('='));
    if inline_script || handler || tag.starts_with("style") || tag.contains(" style=") {
        return Err(format!("inline script or style, which the policy forbids: <{tag}>"));
    }
    Ok(())
}

fn rewrite(tag: &str, assets: &BTreeMap<String, Asset>, build: &str) -> String {
    if tag.contains("name=\"build\"") {
        return tag.replace("\"development\"", &format!("\"{build}\""));
    }
    let Some((from, asset)) = assets.iter().find(|(from, _)| tag.contains(&format!("\"{from}\""))) else {
        return tag.to_owned();
    };
    let integrity = match tag.split_whitespace().next() {
        Some("meta") => "data-integrity",
        _ => "integrity",
    };
    let named = tag.replace(&format!("\"{from}\""), &format!("\"{}\"", asset.url));
    format!("{named} {integrity}=\"{}\"", asset.integrity)
}
