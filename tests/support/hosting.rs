//! What a static host reads beside the files: `_headers`, `_redirects`, and our own `config.json`.
//!
//! In: the three texts. Out: the headers of an address, the file that answers it, the API's origins. The format is the one Netlify
//! and Cloudflare Pages share; what only one of them has (placeholders, absolute patterns) is refused rather than half understood.
//! Must never know: files, sockets, the build.

// Each tool that includes this file uses a part of it.
#![allow(dead_code)]

use std::collections::BTreeSet;

/// The rules of a `_headers` file, in order.
#[derive(Clone, Debug)]
pub struct Headers(Vec<(String, Vec<(String, String)>)>);

impl Headers {
    /// Reads the file: a pattern at the left margin, its headers indented below it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut rules: Vec<(String, Vec<(String, String)>)> = Vec::new();
        for line in lines(text) {
            if line.starts_with([' ', '\t']) {
                let (name, value) = line.split_once(':').ok_or_else(|| format!("_headers: no colon in \"{}\"", line.trim()))?;
                let (_, headers) = rules.last_mut().ok_or("_headers: a header stands before the first pattern")?;
                headers.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
            } else {
                rules.push((pattern(line)?, Vec::new()));
            }
        }
        Ok(Self(rules))
    }

    /// The headers of one address. Rules add up: a header named by two matching rules carries both values, as the hosts do it.
    pub fn of(&self, path: &str) -> Vec<(String, String)> {
        let mut found: Vec<(String, String)> = Vec::new();
        for (pattern, headers) in &self.0 {
            if !matches(pattern, path) {
                continue;
            }
            for (name, value) in headers {
                match found.iter_mut().find(|(known, _)| known == name) {
                    Some((_, joined)) => {
                        joined.push_str(", ");
                        joined.push_str(value);
                    }
                    None => found.push((name.clone(), value.clone())),
                }
            }
        }
        found
    }
}

/// The rules of a `_redirects` file that rewrite (status 200), in order.
#[derive(Clone, Debug)]
pub struct Rewrites(Vec<(String, String)>);

impl Rewrites {
    /// Reads the file: address, target and status on a line. Only status 200 is known here, since nothing else is used.
    pub fn parse(text: &str) -> Result<Self, String> {
        lines(text)
            .map(|line| {
                let words: Vec<&str> = line.split_whitespace().collect();
                match words.as_slice() {
                    [from, to, "200"] => Ok((pattern(from)?, (*to).to_owned())),
                    _ => Err(format!("_redirects: not \"from to 200\": {line}")),
                }
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// The file that answers this address, when a rule names one.
    pub fn of(&self, path: &str) -> Option<&str> {
        self.0.iter().find(|(from, _)| matches(from, path)).map(|(_, to)| to.as_str())
    }
}

/// The sources of one directive of a content security policy, in order.
pub fn sources<'a>(policy: &'a str, directive: &str) -> Vec<&'a str> {
    policy
        .split(';')
        .map(|part| part.split_whitespace())
        .find_map(|mut words| (words.next()? == directive).then(|| words.collect()))
        .unwrap_or_default()
}

/// The origins of the API that a `config.json` names. An address on the page's own origin (`/api`) names none: `'self'` covers it.
pub fn origins(config: &str) -> Result<BTreeSet<String>, String> {
    let config: serde_json::Value = serde_json::from_str(config).map_err(|error| format!("config.json: {error}"))?;
    let hosts = config
        .get("hosts")
        .and_then(serde_json::Value::as_array)
        .filter(|hosts| !hosts.is_empty())
        .ok_or("config.json: \"hosts\" must be a list with at least one entry")?;
    let mut found = BTreeSet::new();
    for host in hosts {
        let text = |name: &str| host.get(name).and_then(serde_json::Value::as_str);
        let base = text("base").ok_or("config.json: an entry without \"base\"")?;
        if text("label").is_none_or(str::is_empty) {
            return Err(format!("config.json: {base} has no \"label\""));
        }
        if base.starts_with('/') && !base.starts_with("//") {
            continue;
        }
        found
            .insert(origin(base).ok_or_else(|| format!("config.json: {base} is neither an https address nor a path like /api"))?);
    }
    Ok(found)
}

/// `https://host[:port]` of an absolute address; plain http only on this machine, for tests and development.
fn origin(base: &str) -> Option<String> {
    let (scheme, rest) = base.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    let local = host == "127.0.0.1" || host.starts_with("127.0.0.1:");
    let fine = !host.is_empty()
        && host.chars().all(|c| c.is_ascii_alphanumeric() || "-.:".contains(c))
        && (scheme == "https" || scheme == "http" && local);
    fine.then(|| format!("{scheme}://{}", host.to_ascii_lowercase()))
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim_end).filter(|line| !line.trim_start().is_empty() && !line.trim_start().starts_with('#'))
}

/// A pattern as both hosts understand it: an address, or the beginning of one followed by `*`.
fn pattern(text: &str) -> Result<String, String> {
    let fixed = text.strip_suffix('*').unwrap_or(text);
    if !fixed.starts_with('/') || fixed.contains(['*', ':']) {
        return Err(format!("{text}: only /address and /address/* are understood"));
    }
    Ok(text.to_owned())
}

fn matches(pattern: &str, path: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => path.starts_with(start),
        None => pattern == path,
    }
}
