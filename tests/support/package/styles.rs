//! Joins a style sheet and the ones it imports into one file: one request, one hash, one integrity value.
//!
//! Understood is `@import url("name.css") layer(name);` at the beginning of a line, which is also how a browser reads the unjoined
//! files. Comments and indentation are left out.

use std::fs;
use std::path::Path;

/// The style sheet `name` of `folder`, with its imports in their places.
pub fn join(folder: &Path, name: &str) -> Result<String, String> {
    let mut joined = String::new();
    add(folder, name, 0, &mut joined)?;
    Ok(joined)
}

fn add(folder: &Path, name: &str, depth: usize, joined: &mut String) -> Result<(), String> {
    if depth > 8 {
        return Err(format!("style/{name}: style sheets import each other in a circle"));
    }
    let text = fs::read_to_string(folder.join(name)).map_err(|error| format!("style/{name}: {error}"))?;
    for line in without_comments(&text).lines().map(str::trim).filter(|line| !line.is_empty()) {
        let Some(import) = line.strip_prefix("@import") else {
            joined.push_str(line);
            joined.push('\n');
            continue;
        };
        let (file, layer) =
            read_import(import).ok_or_else(|| format!("style/{name}: not @import url(\"…\") layer(…): {line}"))?;
        if let Some(layer) = layer {
            joined.push_str(&format!("@layer {layer} {{\n"));
        }
        add(folder, file, depth + 1, joined)?;
        if layer.is_some() {
            joined.push_str("}\n");
        }
    }
    Ok(())
}

fn read_import(import: &str) -> Option<(&str, Option<&str>)> {
    let rest = import.trim().strip_suffix(';')?.trim();
    let rest = rest.strip_prefix("url(").unwrap_or(rest);
    let (file, rest) = rest.strip_prefix('"')?.split_once('"')?;
    let rest = rest.strip_prefix(')').unwrap_or(rest).trim();
    if rest.is_empty() {
        return Some((file, None));
    }
    let layer = rest.strip_prefix("layer(")?.strip_suffix(')')?;
    Some((file, Some(layer)))
}

/// Comments out, strings kept: `content: "/*"` is no comment.
fn without_comments(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['"', '\'', '/']) {
        let (before, from) = rest.split_at(at);
        kept.push_str(before);
        if let Some(comment) = from.strip_prefix("/*") {
            rest = comment.split_once("*/").map_or("", |(_, after)| after);
            continue;
        }
        let quote = from.chars().next().filter(|mark| *mark != '/');
        let length = quote.and_then(|mark| from.get(1..)?.find(mark)).map_or(1, |end| end + 2);
        let (piece, after) = from.split_at(length);
        kept.push_str(piece);
        rest = after;
    }
    kept + rest
}
