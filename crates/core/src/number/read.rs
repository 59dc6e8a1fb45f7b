//! From what a source sends to digits: URIs, names and codes around a number are taken off.

/// What was read out of one side of a call.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Reading {
    /// The name beside the number.
    pub(crate) name: Option<String>,
    /// Whether a plus stood before the digits.
    pub(crate) plus: bool,
    /// The digits in the order sent; empty where there is no number.
    pub(crate) digits: String,
}

/// Longer texts are cut here; the longest honest one is a SIP URI with a name.
const MOST_CHARS: usize = 255;
/// A name and a number without brackets between them: the number has at least so many digits, so
/// that `Queue 7` stays a name.
const FEWEST_BEHIND_NAME: usize = 6;
/// What PBXs write in the place of a name that they do not know.
const NO_NAMES: [&str; 9] = [
    "anonymous",
    "unknown",
    "restricted",
    "private",
    "unavailable",
    "withheld",
    "blocked",
    "none",
    "null",
];

/// Reads one number (facts/pbx-and-clients.md C.6, line 14).
pub(crate) fn read(raw: &str) -> Reading {
    let mut text = String::with_capacity(raw.len());
    let chars = raw.chars().take(MOST_CHARS);
    text.extend(chars.filter_map(|c| match c {
        // Marks of direction and width that come along with copied numbers.
        '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{feff}' => None,
        '\u{2010}'..='\u{2015}' | '\u{2212}' => Some('-'),
        c if c.is_whitespace() => Some(' '),
        c if c.is_control() => None,
        c => Some(c),
    }));
    let text = text.trim();

    if let Some((name, number)) = in_brackets(text) {
        let (plus, digits) = number_of(number).unwrap_or_default();
        return Reading {
            name: clean_name(name, &digits),
            plus,
            digits,
        };
    }
    if let Some((plus, digits)) = number_of(text) {
        return Reading {
            name: None,
            plus,
            digits,
        };
    }
    behind_name(text).unwrap_or_default()
}

/// `"Anna" <49…>` or `<49…>`, with parameters behind or not.
fn in_brackets(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = text.rsplit_once('<')?;
    let (number, _) = rest.split_once('>')?;
    Some((name, number.trim()))
}

/// `Anna Lopez 49…`: one number between blanks, and words.
fn behind_name(text: &str) -> Option<Reading> {
    let first = text.find(|c: char| c.is_ascii_digit() || c == '+' || c == '(')?;
    let (name, number) = text.split_at(first);
    if !(name.is_empty() || name.ends_with([' ', '"'])) {
        return None;
    }
    // Words behind are let go: `+49 30 1234567 ext. 12`.
    let end = number
        .find(|c: char| c.is_alphabetic())
        .unwrap_or(number.len());
    let (number, rest) = number.split_at(end);
    if !(rest.is_empty() || number.ends_with(' ')) {
        return None;
    }
    let (plus, digits) = plain(number.trim())?;
    (digits.len() >= FEWEST_BEHIND_NAME).then(|| Reading {
        name: clean_name(name, &digits),
        plus,
        digits,
    })
}

fn clean_name(name: &str, digits: &str) -> Option<String> {
    let name = name.trim();
    let name = name.strip_prefix('"').unwrap_or(name);
    let name = name.strip_suffix('"').unwrap_or(name);
    let name = name.replace("\\\"", "\"").replace("\\\\", "\\");
    let name = name.trim().trim_end_matches([':', ',', '-']).trim_end();
    let lower = name.to_lowercase();
    // PBXs repeat the number where they have no name.
    let repeats = plain(name).is_some_and(|(_, repeated)| repeated == digits);
    (!name.is_empty() && !repeats && !NO_NAMES.contains(&lower.as_str())).then(|| name.to_owned())
}

/// A number or the URI of one.
fn number_of(text: &str) -> Option<(bool, String)> {
    match text.split_once(':') {
        Some((scheme, rest)) if is_scheme(scheme.trim()) => {
            let rest = rest.trim_start_matches('/');
            plain(&unescape(user_part(rest)))
        }
        _ if text.contains('@') => plain(user_part(text)),
        _ => plain(without_parameters(text)),
    }
}

/// `49…;ext=12`: a number as in a `tel` URI, whose parameters are words (RFC 3966). Numbers with `;`
/// between them are several.
fn without_parameters(text: &str) -> &str {
    match text.split_once(';') {
        Some((number, rest))
            if rest
                .trim_start()
                .starts_with(|c: char| c.is_ascii_alphabetic()) =>
        {
            number
        }
        _ => text,
    }
}

fn is_scheme(word: &str) -> bool {
    ["tel", "sip", "sips", "callto"]
        .iter()
        .any(|scheme| word.eq_ignore_ascii_case(scheme))
}

/// What stands before host, parameters and password.
fn user_part(rest: &str) -> &str {
    let user = rest.split_once('@').map_or(rest, |(user, _)| user);
    user.split([';', '?', ':'])
        .next()
        .unwrap_or_default()
        .trim()
}

/// The few signs that occur in numbers and are escaped in URIs.
fn unescape(user: &str) -> String {
    [
        ("%2B", "+"),
        ("%2b", "+"),
        ("%20", " "),
        ("%23", "#"),
        ("%2A", "*"),
        ("%2a", "*"),
    ]
    .into_iter()
    .fold(user.to_owned(), |text, (escaped, sign)| {
        text.replace(escaped, sign)
    })
}

/// Digits with nothing but punctuation between them, plus in front or not.
fn plain(text: &str) -> Option<(bool, String)> {
    let text = without_code(text.trim());
    let text = text.strip_suffix('#').unwrap_or(text);
    if is_ip_address(text) {
        return None;
    }
    let (mut plus, mut digits) = (false, String::with_capacity(text.len()));
    for c in text.chars() {
        match c {
            '0'..='9' => digits.push(c),
            // Zeros before a plus are a prefix written twice: `00+49`.
            '+' if digits.chars().all(|digit| digit == '0') => {
                plus = true;
                digits.clear();
            }
            ' ' | '/' | '-' | '.' | '(' | ')' => {}
            _ => return None,
        }
    }
    (!digits.is_empty()).then_some((plus, digits))
}

/// Takes off a service code dialled before a number: `*31#`, `#31#`, `*67*`.
fn without_code(text: &str) -> &str {
    let Some(rest) = text.strip_prefix(['*', '#']) else {
        return text;
    };
    let code = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let length = rest.len() - code.len();
    match code.strip_prefix(['#', '*']) {
        Some(number) if (1..=3).contains(&length) => number,
        _ => text,
    }
}

fn is_ip_address(text: &str) -> bool {
    text.split('.').count() == 4 && text.parse::<std::net::Ipv4Addr>().is_ok()
}
