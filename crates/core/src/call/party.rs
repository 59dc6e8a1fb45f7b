use crate::number::{Country, NumberKey, read};

/// The longest number text that is kept, in characters.
const MOST_CHARS: usize = 255;

/// One side of a call: the number as the source sent it, and what was read out of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Party {
    /// As sent: any text (`+49 30 …`, `anonymous`, a queue's name), empty when unknown.
    pub number: String,
    /// The number to compare by; none when withheld or not a number.
    pub key: Option<NumberKey>,
    /// The name that came inside the number (`"Anna" <49…>`).
    pub name: Option<String>,
}

impl Party {
    /// Reads what a source sent as one side of a call. The text is kept as it is, blanks included,
    /// but for control characters, which no database and no page wants, and for what is beyond 255
    /// characters.
    pub fn read(raw: &str, country: Country) -> Self {
        let mut number = String::with_capacity(raw.len().min(4 * MOST_CHARS));
        number.extend(raw.chars().filter(|c| !c.is_control()).take(MOST_CHARS));
        let reading = read(&number);
        Self {
            key: NumberKey::of_reading(&reading, country),
            name: reading.name,
            number,
        }
    }

    /// Whether both are the same line: by number where both are numbers, else by text.
    pub fn same_line(&self, other: &Self) -> bool {
        match (self.key, other.key) {
            (Some(a), Some(b)) => a == b,
            _ => self.number.trim() == other.number.trim(),
        }
    }

    /// Whether there is nothing here.
    pub fn is_empty(&self) -> bool {
        self.number.trim().is_empty()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn party(raw: &str) -> Party {
        Party::read(raw, Country::default())
    }

    #[test]
    fn numbers_and_names() {
        let anna = Some(493_012_345_678);
        let cases = [
            ("493012345678", anna, None),
            ("+49 30 12345678", anna, None),
            ("\"Anna\" <493012345678>", anna, Some("Anna")),
            ("Anna <sip:493012345678@host>", anna, Some("Anna")),
            (
                "\"Lopez, Anna\" <sip:03012345678@host;user=phone>",
                anna,
                Some("Lopez, Anna"),
            ),
            (
                "\"Anna \\\"Ann\\\" Lopez\" <493012345678>",
                anna,
                Some("Anna \"Ann\" Lopez"),
            ),
            ("Anna Lopez 493012345678", anna, Some("Anna Lopez")),
            ("Anna Lopez: 030 12345678", anna, Some("Anna Lopez")),
            ("\"493012345678\" <493012345678>", anna, None),
            ("\"+49 30 12345678\" <+493012345678>", anna, None),
            ("\"Unknown\" <493012345678>", anna, None),
            ("\"\" <493012345678>", anna, None),
            ("\"Anna\" <anonymous>", None, Some("Anna")),
            ("\"Anonymous\" <anonymous>", None, None),
            ("\"Emma\" <201>", Some(-1201), Some("Emma")),
            ("Emma 201", None, None),
            ("<unknown>", None, None),
            ("anonymous", None, None),
            ("support", None, None),
            ("", None, None),
        ];
        for (raw, key, name) in cases {
            let party = party(raw);
            assert_eq!(party.key.map(|key| key.0), key, "{raw}");
            assert_eq!(party.name.as_deref(), name, "{raw}");
            assert_eq!(party.number, raw);
        }
    }

    #[test]
    fn the_text_is_kept_but_for_what_nobody_wants() {
        assert_eq!(party(" 030 1234 ").number, " 030 1234 ");
        assert_eq!(party("030\0 12\r\n34\u{7f}").number, "030 1234");
        assert_eq!(party(&"9".repeat(1000)).number, "9".repeat(255));
        assert_eq!(party(&"ü".repeat(1000)).number, "ü".repeat(255));
    }

    #[test]
    fn the_same_line() {
        assert!(party("+49 30 12345678").same_line(&party("030/12345678")));
        assert!(party("support").same_line(&party(" support ")));
        assert!(!party("201").same_line(&party("0201")));
        assert!(!party("anonymous").same_line(&party("201")));
        assert!(party(" ").is_empty() && !party("0").is_empty());
    }

    proptest! {
        #[test]
        fn any_text_can_be_read(raw in "\\PC{0,300}|.{0,40}|\"\\PC{0,9}\" ?<[0-9a-z:@;]{0,30}>?") {
            let party = party(&raw);
            prop_assert!(party.number.chars().count() <= MOST_CHARS);
            prop_assert!(!party.number.contains(char::is_control));
            prop_assert!(party.name.is_none_or(|name| !name.trim().is_empty()));
        }
    }
}
