use super::country::Bare;
use super::library::{self, Valid};
use super::recent::remembered;
use super::{Country, Reading, read};

/// What numbers are compared by and indexed with.
///
/// Positive: the digits of a valid E.164 number. Negative: a number that is none (an extension, a
/// service number, a number that cannot be) as -(`1` followed by its digits), so that zeros in
/// front survive and no extension is taken for a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NumberKey(pub i64);

/// Fewer digits without plus are an extension or a service number, never more
/// (facts/zammad-cti.md 4.3).
pub(super) const FEWEST_DIGITS: usize = 6;
/// No digits without plus are an international number below this length; the shortest there are
/// (Niue's) have seven.
const FEWEST_INTERNATIONAL: usize = 7;
/// The most digits that a key holds behind its `1`.
const MOST_DIGITS: usize = 18;
/// Italy's numbers keep their zero behind the calling code.
const ITALY: u16 = 39;

impl NumberKey {
    /// Reads one number as a source sends it or a person types it; `None` for withheld numbers,
    /// names, addresses and anything else that is no number.
    pub fn of(raw: &str, country: Country) -> Option<Self> {
        Self::of_reading(&read(raw), country)
    }

    pub(crate) fn of_reading(reading: &Reading, country: Country) -> Option<Self> {
        let (plus, digits) = (reading.plus, reading.digits.as_str());
        remembered(plus, digits, country, || {
            Self::resolve(plus, digits, country)
        })
    }

    /// Reads digits, with or without plus before them.
    ///
    /// Zammad's rule (facts/zammad-cti.md 4.4) is: `00` is international, `0` national, all else
    /// international. The library does better where a country has another national prefix than `0`
    /// (Russia's `8`, Hungary's `06`), none (Spain) or none that anybody dials (the ten digits of
    /// North America), another prefix abroad (`011`, `0011`), or zeros that belong to the number
    /// (Italy): there the country's own reading counts when it makes a valid number.
    pub(super) fn resolve(plus: bool, digits: &str, country: Country) -> Option<Self> {
        if digits.is_empty() {
            return None;
        }
        if plus {
            let digits = digits.strip_prefix("00").unwrap_or(digits);
            if !digits.starts_with('0') {
                return Self::international(digits);
            }
        }
        if digits.len() < FEWEST_DIGITS {
            return Self::not_e164(digits);
        }
        if let Some(abroad) = digits.strip_prefix("00")
            && let Some(number) = valid_international(abroad)
        {
            return Self::e164_of(&number);
        }

        let prefix = country.national_prefix();
        let prefixed = digits.starts_with('0')
            || (!prefix.is_empty() && !country.is_north_american() && digits.starts_with(prefix));
        let bare = country.bare();
        let national = || valid_national(digits, prefix, country);
        let international = || {
            (digits.len() >= FEWEST_INTERNATIONAL)
                .then(|| valid_international(digits))
                .flatten()
        };
        let found = if prefixed || bare == Bare::National {
            national().or_else(international)
        } else {
            international().or_else(|| {
                (bare == Bare::Fixed || prefix.is_empty())
                    .then(national)
                    .flatten()
            })
        };
        match found {
            Some(number) => Self::e164_of(&number),
            None => Self::not_e164(&normalised(digits, prefix, country)),
        }
    }

    fn international(digits: &str) -> Option<Self> {
        match valid_international(digits) {
            Some(number) => Self::e164_of(&number),
            None => Self::not_e164(&without_trunk_zero(digits)),
        }
    }

    fn e164_of(number: &Valid) -> Option<Self> {
        number.e164().map(Self)
    }

    fn not_e164(digits: &str) -> Option<Self> {
        if digits.is_empty() || digits.len() > MOST_DIGITS {
            return None;
        }
        format!("-1{digits}").parse().ok().map(Self)
    }

    /// The digits of an E.164 number without plus; `None` for what is none.
    pub fn e164(self) -> Option<String> {
        (self.0 > 0).then(|| self.0.to_string())
    }

    /// The digits, whatever they are: E.164 without plus, an extension with its zeros.
    pub fn digits(self) -> String {
        let text = self.0.unsigned_abs().to_string();
        if self.0 > 0 {
            text
        } else {
            text.get(1..).unwrap_or_default().to_owned()
        }
    }
}

/// A number behind plus or `00`, also with the national zero that people write in brackets.
fn valid_international(digits: &str) -> Option<Valid> {
    let (calling_code, national) = library::split(digits)?;
    let stripped = national.trim_start_matches('0');
    let zeros = stripped != national;
    let odd =
        |national| Valid::parse_odd(calling_code, &format!("+{calling_code}{national}"), None);
    Valid::new(calling_code, national)
        .or_else(|| zeros.then(|| Valid::new(calling_code, stripped))?)
        .or_else(|| odd(national))
        .or_else(|| zeros.then(|| odd(stripped))?)
}

/// A number as dialled in its country.
fn valid_national(digits: &str, prefix: &str, country: Country) -> Option<Valid> {
    let calling_code = country.calling_code();
    let stripped = match prefix {
        "" => None,
        prefix => digits.strip_prefix(prefix),
    };
    stripped
        .and_then(|national| Valid::new(calling_code, national))
        .or_else(|| Valid::new(calling_code, digits))
        .or_else(|| Valid::parse_odd(calling_code, digits, Some(country.region())))
}

/// Digits that make no valid number, in the one spelling that they are compared by.
fn normalised(digits: &str, prefix: &str, country: Country) -> String {
    if let Some(abroad) = digits.strip_prefix("00") {
        // What is too short behind `00` stays as it is, lest it become an extension; so does what
        // has more zeros, lest it become a national number.
        return if abroad.len() < FEWEST_DIGITS || abroad.starts_with('0') {
            digits.to_owned()
        } else {
            without_trunk_zero(abroad)
        };
    }
    match digits.strip_prefix('0') {
        Some(national) if prefix.starts_with('0') => {
            let national = digits.strip_prefix(prefix).unwrap_or(national);
            format!("{}{national}", country.calling_code())
        }
        _ => digits.to_owned(),
    }
}

/// International digits without a national zero behind the calling code.
fn without_trunk_zero(digits: &str) -> String {
    match library::split(digits) {
        Some((calling_code, national)) if calling_code != ITALY => {
            let national = national.trim_start_matches('0');
            format!("{calling_code}{national}")
        }
        _ => digits.to_owned(),
    }
}

#[cfg(test)]
mod tests;
