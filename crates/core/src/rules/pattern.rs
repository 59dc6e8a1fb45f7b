use crate::call::Party;
use crate::number::{Country, NumberKey};

/// Which numbers or texts a rule is for; `*` stands for one or more characters and nothing else
/// has a meaning of its own (quirk Q13 of facts/zammad-cti.md 11).
///
/// A pattern of digits, `*`, `+ ( ) - / .` and blanks is compared as a number, whatever spelling
/// it and the call have: `030*` and `+49 (30) *` both mean numbers in Berlin. Any other is compared
/// as text, without regard to case and to blanks around it. A blank pattern matches nothing.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pattern(Kind);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Kind {
    /// One number.
    Number(NumberKey),
    /// Digits with stars, in each reading that they may have.
    Digits(Vec<String>),
    /// Every E.164 number: a plus, or `00`, and a star.
    International,
    /// Lowercase text, with stars or not.
    Text(String),
}

impl Pattern {
    /// Reads a pattern; national ones are those of the country.
    pub fn parse(text: &str, country: Country) -> Self {
        let text = text.trim();
        let numeric = |c: char| c.is_ascii_digit() || "*+()-/. ".contains(c) || c.is_whitespace();
        let has_digit = text.contains(|c: char| c.is_ascii_digit());
        let has_star = text.contains('*');
        let kind = if !text.chars().all(numeric) || !(has_digit || text.contains('+')) {
            None
        } else if has_star {
            Some(digits_with_stars(text, country))
        } else {
            NumberKey::of(text, country).map(Kind::Number)
        };
        Self(kind.unwrap_or_else(|| Kind::Text(text.to_lowercase())))
    }

    /// Whether it matches one side of a call.
    pub fn matches(&self, party: &Party) -> bool {
        match &self.0 {
            Kind::Text(pattern) => matches_text(pattern, &party.number),
            _ => party.key.is_some_and(|key| self.matches_key(key)),
        }
    }

    /// Where the keys are that it may match, each from a first to a last one: what an index can
    /// look in before [`matches`](Self::matches) has the last word. None for a text, which matches
    /// no number.
    pub fn key_ranges(&self) -> Vec<(NumberKey, NumberKey)> {
        match &self.0 {
            Kind::Number(number) => vec![(*number, *number)],
            Kind::International => vec![(NumberKey(1), NumberKey(i64::MAX))],
            Kind::Text(_) => Vec::new(),
            Kind::Digits(readings) => {
                let prefixes = readings.iter().map(|pattern| {
                    let (prefix, _) = pattern.split_once('*').unwrap_or((pattern, ""));
                    prefix
                });
                prefixes.flat_map(ranges_of_prefix).collect()
            }
        }
    }

    /// The one number it matches, if that is all it does.
    pub(super) fn as_number(&self) -> Option<NumberKey> {
        match self.0 {
            Kind::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The one text it matches, in lowercase, if that is all it does.
    pub(super) fn as_text(&self) -> Option<&str> {
        match &self.0 {
            Kind::Text(text) if !text.contains('*') => Some(text),
            _ => None,
        }
    }

    /// Whether it matches all there is.
    pub(super) fn is_everything(&self) -> bool {
        matches!(&self.0, Kind::Text(text) if text == "*")
    }

    fn matches_key(&self, key: NumberKey) -> bool {
        match &self.0 {
            Kind::Number(number) => *number == key,
            Kind::Digits(readings) => {
                let digits = key.digits();
                readings.iter().any(|pattern| wildcard(pattern, &digits))
            }
            Kind::International => key.0 > 0,
            Kind::Text(_) => false,
        }
    }
}

/// What `030*` may mean: digits as they stand (an extension), and the number in full.
fn digits_with_stars(text: &str, country: Country) -> Kind {
    let signs: String = text
        .replace("(0)", "")
        .chars()
        .filter(|c| matches!(c, '0'..='9' | '*' | '+'))
        .collect();
    // `(0) 30*` is a national number after all.
    let signs = if text.starts_with("(0)") {
        format!("0{signs}")
    } else {
        signs
    };
    let abroad = if country.is_north_american() {
        "011"
    } else {
        "00"
    };
    let international = signs.strip_prefix('+').or(signs.strip_prefix("00"));
    if let Some(rest) = international.or(signs.strip_prefix(abroad)) {
        let rest = rest.replace('+', "");
        return match rest.trim_start_matches('*') {
            "" => Kind::International,
            _ => Kind::Digits(vec![rest]),
        };
    }

    let signs = signs.replace('+', "");
    let prefix = country.national_prefix();
    let bare = prefix.is_empty() || country.is_north_american();
    let national = match signs.strip_prefix(prefix) {
        Some(rest) if !prefix.is_empty() => Some(rest),
        // Where nothing is dialled before national numbers, they look like international ones.
        _ if bare && !signs.starts_with('*') => Some(signs.as_str()),
        _ => None,
    };
    let in_full = national.map(|national| format!("{}{national}", country.calling_code()));
    Kind::Digits(std::iter::once(signs).chain(in_full).collect())
}

/// Keys of the numbers with these digits in front and at least one more.
fn ranges_of_prefix(prefix: &str) -> Vec<(NumberKey, NumberKey)> {
    if prefix.is_empty() {
        return vec![(NumberKey(i64::MIN), NumberKey(i64::MAX))];
    }
    let range = |first: i64, power: i64| {
        let first = first.checked_mul(power)?;
        Some((first, first.checked_add(power - 1)?))
    };
    let powers = std::iter::successors(Some(10_i64), |power| power.checked_mul(10));
    let mut ranges = Vec::new();
    for power in powers {
        // A key has no zeros in front; what has some is none of E.164.
        if !prefix.starts_with('0')
            && let Some((first, last)) = prefix.parse().ok().and_then(|first| range(first, power))
        {
            ranges.push((NumberKey(first), NumberKey(last)));
        }
        let marked = format!("1{prefix}").parse().ok();
        if let Some((first, last)) = marked.and_then(|first| range(first, power)) {
            ranges.push((NumberKey(-last), NumberKey(-first)));
        }
    }
    ranges
}

fn matches_text(pattern: &str, text: &str) -> bool {
    !pattern.is_empty() && wildcard(pattern, &text.trim().to_lowercase())
}

/// Whether the whole text fits; each `*` takes one character or more.
///
/// What is between stars is looked for from left to right and never looked for again, so the time
/// grows with the lengths and not with the number of stars.
pub fn wildcard(pattern: &str, text: &str) -> bool {
    let Some((head, tail)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut rest) = text.strip_prefix(head) else {
        return false;
    };
    let (middle, last) = match tail.rsplit_once('*') {
        Some((middle, last)) => (Some(middle), last),
        None => (None, tail),
    };
    for part in middle.into_iter().flat_map(|middle| middle.split('*')) {
        let Some(found) = after_one(rest).and_then(|rest| {
            let place = rest.find(part)?;
            Some(&rest[place + part.len()..])
        }) else {
            return false;
        };
        rest = found;
    }
    after_one(rest).is_some_and(|rest| rest.ends_with(last))
}

/// The text behind its first character.
fn after_one(text: &str) -> Option<&str> {
    let mut chars = text.chars();
    chars.next().map(|_| chars.as_str())
}

#[cfg(test)]
mod tests;
