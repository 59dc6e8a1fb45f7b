//! Numbers that were read a moment ago.
//!
//! To check a number against the library's patterns costs more than all else that is done about an
//! event before it is stored, and the events of a call name the same two numbers again and again.
//! What a number means never changes, so this changes nothing but the time that it takes.

use std::sync::{LazyLock, Mutex, PoisonError};

use super::{Country, NumberKey};

/// Numbers that are remembered; a new one takes the place of an older one. Some more than the calls
/// of a large office that are under way, as two numbers may want the same place.
const PLACES: usize = 8192;
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

/// What is remembered, by what the digits spread to.
struct Memory(Vec<Mutex<Option<Recent>>>);

static MEMORY: LazyLock<Memory> = LazyLock::new(Memory::new);

/// The key of these digits: what `read` says of them, now or a moment ago.
pub(super) fn remembered(
    plus: bool,
    digits: &str,
    country: Country,
    read: impl FnOnce() -> Option<NumberKey>,
) -> Option<NumberKey> {
    MEMORY.remembered(plus, digits, country, read)
}

impl Memory {
    fn new() -> Self {
        Self((0..PLACES).map(|_| Mutex::default()).collect())
    }

    fn remembered(
        &self,
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
        let (Some(room), Some(place)) = (
            asked.digits.get_mut(..digits.len()),
            self.0.get(place(digits)),
        ) else {
            return read();
        };
        room.copy_from_slice(digits.as_bytes());
        let known = *place.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known
            && known.is_about(&asked)
        {
            return known.key;
        }
        asked.key = read();
        *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(asked);
        asked.key
    }
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
        let memory = Memory::new();
        let mut reads = 0;
        let mut ask = |plus, digits: &str, country: &str| {
            let country = Country::from_code(country).unwrap();
            memory.remembered(plus, digits, country, || {
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
