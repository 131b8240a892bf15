//! A reader of XML that knows just enough to say whether a document is well-formed.

/// The names of the elements in the order in which they begin.
///
/// # Panics
///
/// If the document is not well-formed, or has a character that XML 1.0 does not allow.
pub(super) fn elements(document: &str) -> Vec<&str> {
    assert!(
        document.chars().all(is_allowed),
        "a character that XML does not allow"
    );
    let (mut names, mut open) = (Vec::new(), Vec::new());
    let mut rest = document;
    while let Some(at) = rest.find('<') {
        references(&rest[..at]);
        rest = &rest[at..];
        if let Some(data) = rest.strip_prefix("<![CDATA[") {
            rest = &data[data.find("]]>").expect("a CDATA section ends") + 3..];
        } else if let Some(end) = rest.strip_prefix("</") {
            let (name, after) = end.split_once('>').expect("a tag ends");
            assert_eq!(open.pop(), Some(name.trim_end()));
            rest = after;
        } else if let Some(declaration) = rest.strip_prefix("<?") {
            rest = &declaration[declaration.find("?>").expect("a declaration ends") + 2..];
        } else {
            let (name, is_empty, after) = tag(&rest[1..]);
            names.push(name);
            if !is_empty {
                open.push(name);
            }
            rest = after;
        }
    }
    assert!(
        open.is_empty() && rest.trim().is_empty(),
        "{open:?} {rest:?}"
    );
    names
}

fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
}

/// The name in a start tag, whether the element is empty, and what follows.
fn tag(text: &str) -> (&str, bool, &str) {
    let is_name = |c: char| c.is_ascii_alphanumeric() || "-_.:".contains(c);
    let (name, mut rest) = split(text, is_name);
    assert!(!name.is_empty(), "an element has a name: {text:.40}");
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix("/>") {
            return (name, true, after);
        }
        if let Some(after) = rest.strip_prefix('>') {
            return (name, false, after);
        }
        let (attribute, after) = split(rest, is_name);
        assert!(!attribute.is_empty(), "an attribute has a name: {rest:.40}");
        let value = after.strip_prefix("=\"").expect("an attribute has a value");
        let (value, after) = value.split_once('"').expect("a value ends");
        assert!(!value.contains('<'));
        references(value);
        rest = after;
    }
}

fn split(text: &str, is_taken: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|c| !is_taken(c)).unwrap_or(text.len()))
}

/// Every ampersand begins one of the five entities, or the number of a character; no section ends.
fn references(text: &str) {
    assert!(!text.contains("]]>"), "{text}");
    for reference in text.split('&').skip(1) {
        let (name, _) = reference.split_once(';').expect("a reference ends");
        let is_number = name.starts_with('#');
        assert!(
            is_number || ["lt", "gt", "amp", "quot", "apos"].contains(&name),
            "{name}"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_told_in_their_order() {
        let document = "<?xml version=\"1.0\"?><a b=\"&lt;\"><c/>x<![CDATA[<d>]]><e>y</e></a>\n";
        assert_eq!(elements(document), ["a", "c", "e"]);
    }

    #[test]
    fn what_is_not_well_formed_is_told() {
        for document in [
            "<a>",
            "<a></b>",
            "<a b=\"<\"/>",
            "<a>&x</a>",
            "<a>\u{1}</a>",
            "<a>]]></a>",
            "x",
        ] {
            let read = std::panic::catch_unwind(|| elements(document).len());
            assert!(read.is_err(), "{document}");
        }
    }
}
