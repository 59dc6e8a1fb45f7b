//! XML answers, as Zammad writes them (facts/zammad-cti.md 2.1).

/// Of an XML answer.
pub(crate) const CONTENT_TYPE: &str = "application/xml; charset=utf-8";

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// An answer: `root` is the start tag's inside (`Response onHangup="…"`), `inside` whole indented
/// lines, or empty for a self-closing tag.
pub(crate) fn document(root: &str, inside: &str) -> Vec<u8> {
    if inside.is_empty() {
        format!("{HEAD}<{root}/>\n").into_bytes()
    } else {
        format!("{HEAD}<{root}>\n{inside}</Response>\n").into_bytes()
    }
}

/// The lines that reject a call.
pub(crate) const REJECT: &str = "  <Reject reason=\"busy\"/>\n";

/// The lines that dial with another caller ID.
pub(crate) fn dial(caller_id: &str, number: &str) -> String {
    format!(
        "  <Dial callerId=\"{}\">\n    <Number>{}</Number>\n  </Dial>\n",
        escape(caller_id),
        escape(number)
    )
}

/// The lines of an error.
pub(crate) fn error(text: &str) -> String {
    format!("  <Error>{}</Error>\n", escape(text))
}

/// Text for an element or an attribute in double quotes. Line ends are kept from being folded in
/// attributes; characters that XML 1.0 can not hold are left out.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            '\t' => out.push_str("&#9;"),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            _ => out.push(character),
        }
    }
    out
}
