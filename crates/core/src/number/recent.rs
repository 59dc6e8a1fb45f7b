//! Numbers that were read a moment ago.
//!
//! To check a number against the library's patterns costs more than all else that is done about an
//! event before it is stored, and the events of a call name the same two numbers again and again.
//! What a number means never changes, so this changes nothing but the time that it takes.

use std::cell::RefCell;

use super::{Country, NumberKey};

/// Numbers that a thread remembers; a new one takes the place of an older one.
const PLACES: usize = 2048;
/// Longer digits are no number that comes often.
const MOST_DIGITS: usize = 20;

/// What was asked, and the answer.
#[derive(Clone, Copy)]
struct Recent {
    plus: bool,
    length: usize,
    digits: [u8; MOST_DIGITS],
    country: Country,
    key: Option<NumberKey>,
}

thread_local! {
    static RECENT: RefCell<Vec<Option<Recent>>> = const { RefCell::new(Vec::new()) };
}

/// The key of these digits: what `read` says of them, now or a moment ago.
pub(super) fn remembered(
    plus: bool,
    digits: &str,
    country: Country,
    read: impl FnOnce() -> Option<NumberKey>,
) -> Option<NumberKey> {
    let mut asked = Recent {
        plus,
        length: digits.len(),
        digits: [0; MOST_DIGITS],
        country,
        key: None,
    };
    let Some(room) = asked.digits.get_mut(..digits.len()) else {
        return read();
    };
    room.copy_from_slice(digits.as_bytes());
    let place = place(digits);
    RECENT.with_borrow_mut(|recent| {
        if recent.is_empty() {
            recent.resize(PLACES, None);
        }
        let Some(known) = recent.get_mut(place) else {
            return read();
        };
        if let Some(known) = known
            && known.is_about(&asked)
        {
            return known.key;
        }
        asked.key = read();
        *known = Some(asked);
        asked.key
    })
}

impl Recent {
    fn is_about(&self, other: &Self) -> bool {
        self.digits == other.digits
            && self.length == other.length
            && self.plus == other.plus
            && self.country == other.country
    }
}

/// Spreads digits over the places (FNV-1a).
fn place(digits: &str) -> usize {
    let hash = digits
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, digit| {
            (hash ^ u64::from(digit)).wrapping_mul(0x0100_0000_01b3)
        });
    let folded = (hash ^ (hash >> 32)) & u64::from(u32::MAX);
    usize::try_from(folded).unwrap_or(0) % PLACES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_once_for_each_way_to_ask() {
        let mut reads = 0;
        let mut ask = |plus, digits: &str, country: &str| {
            let country = Country::from_code(country).unwrap();
            remembered(plus, digits, country, || {
                reads += 1;
                Some(NumberKey(reads))
            })
        };
        let long = "1".repeat(MOST_DIGITS + 1);
        for (plus, digits, country, read) in [
            (false, "030123456", "DE", 1),
            (false, "030123456", "DE", 1),
            (true, "030123456", "DE", 2),
            (false, "030123456", "AT", 3),
            (false, "0301234567", "DE", 4),
            (false, "0301234567", "DE", 4),
            (false, "030123456\0", "DE", 5),
            (false, &long, "DE", 6),
            (false, &long, "DE", 7),
        ] {
            assert_eq!(
                ask(plus, digits, country),
                Some(NumberKey(read)),
                "{digits}"
            );
        }
    }
}
