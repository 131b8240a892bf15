//! A reader of our pages, which are made of few elements: whatever is not one of them is not ours.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::Digest;
use sha2::Sha256;

/// The elements that our templates have, those first that have no end.
const VOID: &[&str] = &["meta", "link", "br", "input"];
const ELEMENTS: &[&str] = &[
    "html", "head", "title", "body", "header", "main", "footer", "nav", "section", "a", "p", "b",
    "i", "em", "strong", "small", "span", "code", "kbd", "pre", "h1", "h2", "h3", "h4", "ul", "ol",
    "li", "dl", "dt", "dd", "div", "table", "thead", "tbody", "tr", "th", "td", "details",
    "summary", "form", "label", "fieldset", "legend", "select", "option", "button", "svg", "g",
    "circle", "path",
];
/// Elements whose end may be left out.
const OPEN: &[&str] = &["th", "td"];

/// The attributes that our templates have; none of them runs anything or loads anything.
const ATTRIBUTES: &[&str] = &[
    "lang",
    "charset",
    "http-equiv",
    "content",
    "name",
    "rel",
    "href",
    "class",
    "id",
    "tabindex",
    "role",
    "hidden",
    "open",
    "type",
    "value",
    "for",
    "placeholder",
    "autocomplete",
    "spellcheck",
    "scope",
    "colspan",
    "viewBox",
    "width",
    "height",
    "fill",
    "stroke",
    "stroke-width",
    "cx",
    "cy",
    "r",
    "d",
];
const ATTRIBUTES_OF: &[&str] = &["aria-", "data-"];

/// The beginnings of what a link may lead to.
const LINKS: &[&str] = &[
    "#",
    "https://github.com/opencontainers/",
    "data:image/svg+xml,",
];

/// Holds that a page has our style, our script, elements and attributes of ours, and text.
///
/// # Panics
///
/// If it has anything else.
pub(super) fn is_ours(page: &str) {
    super::reports::is_plain(page, &['\n', '\t']);
    let rest = page
        .strip_prefix("<!doctype html>")
        .expect("a page begins so");
    let (rest, style) = without(rest, "style");
    let (rest, script) = without(&rest, "script");
    for (name, text) in [("style", style), ("script", script)] {
        let digest = STANDARD.encode(Sha256::digest(text));
        let rule = format!("{name}-src 'sha256-{digest}';");
        assert!(page.contains(&rule), "{rule} is not in the policy");
    }
    let mut open: Vec<&str> = Vec::new();
    let mut pieces = rest.split('<');
    is_text(pieces.next().unwrap_or_default());
    for piece in pieces {
        let (tag, text) = piece.split_once('>').expect("a tag ends");
        is_text(text);
        match tag.strip_prefix('/') {
            Some(name) => close(&mut open, name),
            None => open.extend(begun(tag)),
        }
    }
    assert_eq!(open, [""; 0], "all has its end");
}

/// The page without the one element of this name, and what is in that.
fn without<'p>(page: &'p str, name: &str) -> (String, &'p str) {
    let (before, rest) = page.split_once(&format!("<{name}>")).expect(name);
    let (text, after) = rest.split_once(&format!("</{name}>")).expect(name);
    (format!("{before}{after}"), text)
}

fn close(open: &mut Vec<&str>, name: &str) {
    while open
        .last()
        .is_some_and(|last| OPEN.contains(last) && *last != name)
    {
        open.pop();
    }
    assert_eq!(open.pop(), Some(name), "an end of what has not begun last");
}

/// The name in a start tag, where an end has to follow.
fn begun(tag: &str) -> Option<&str> {
    let (name, rest) = tag.split_once(' ').unwrap_or((tag, ""));
    let is_empty = rest.ends_with('/') || name.ends_with('/');
    let name = name.trim_end_matches('/');
    attributes(rest.strip_suffix('/').unwrap_or(rest));
    if VOID.contains(&name) {
        return None;
    }
    assert!(ELEMENTS.contains(&name), "no element of ours: {tag:.80}");
    (!is_empty).then_some(name)
}

fn attributes(mut rest: &str) {
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return;
        }
        let end = rest.find([' ', '=']).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let is_ours =
            ATTRIBUTES.contains(&name) || ATTRIBUTES_OF.iter().any(|it| name.starts_with(it));
        assert!(is_ours, "no attribute of ours: {rest:.80}");
        rest = match after.strip_prefix("=\"") {
            Some(value) => {
                let (value, after) = value.split_once('"').expect("a value ends");
                is_value(name, value);
                after
            }
            None => after,
        };
    }
}

fn is_value(name: &str, value: &str) {
    is_text(value);
    if name == "href" {
        let leads = LINKS.iter().any(|link| value.starts_with(link));
        assert!(leads, "a link to {value:.80}");
    }
}

/// Text has no sign of markup but in references.
fn is_text(text: &str) {
    let references = ["amp;", "lt;", "gt;", "#34;", "nbsp;"];
    for after in text.split('&').skip(1) {
        let is_known = references.iter().any(|it| after.starts_with(it));
        assert!(is_known, "no reference of ours: &{after:.40}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(body: &str) -> String {
        let policy = ["style", "script"].map(|name| {
            format!(
                "{name}-src 'sha256-{}';",
                STANDARD.encode(Sha256::digest("x"))
            )
        });
        format!(
            "<!doctype html><html><head><meta content=\"{}\"><style>x</style></head><body>{body}<script>x</script></body></html>",
            policy.concat()
        )
    }

    #[test]
    fn our_own_markup_is_taken() {
        is_ours(&page(
            "<p class=\"a b\" hidden>a &lt;b&gt;<br> <a href=\"#x\">c</a></p>",
        ));
        is_ours(&page("<table><tr><th>a<td>b</tr></table>"));
    }

    #[test]
    fn what_is_not_ours_is_refused() {
        for body in [
            "<script>alert(1)</script>",
            "<img src=\"x\">",
            "<p onclick=\"x\"></p>",
            "<a href=\"javascript:x\">a</a>",
            "<p class=\"a\" b\"></p>",
            "<p>",
            "</p>",
            "a < b",
            "&copy;",
            "\u{202e}",
            "<style>y</style>",
        ] {
            let taken = std::panic::catch_unwind(|| is_ours(&page(body)));
            assert!(taken.is_err(), "{body}");
        }
    }
}
