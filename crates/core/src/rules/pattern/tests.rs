use proptest::prelude::*;

use super::*;

fn matches(pattern: &str, number: &str, code: &str) -> bool {
    let country = Country::from_code(code).unwrap();
    Pattern::parse(pattern, country).matches(&Party::read(number, country))
}

#[test]
fn what_matches_what() {
    let (yes, no) = (true, false);
    let cases = [
        // facts/zammad-cti.md 3.6, 3.7.
        ("1234", "1234", yes),
        ("1234", "12345", no),
        ("1234", "01234", no),
        ("41*", "4147110000000", yes),
        ("41*", "41", no),
        ("491715000000", "491715000000", yes),
        ("491715000000", "+49 171 5000000", yes),
        ("491715000000", "01715000000", yes),
        ("491715000000", "4917150000001", no),
        // A number is a number in any spelling.
        ("4989*", "49891234", yes),
        ("4989*", "+49 89 1234", yes),
        ("4989*", "089 1234", yes),
        ("4989*", "004989 1234", yes),
        ("4989*", "sip:+49891234@host", yes),
        ("4989*", "\"Anna\" <49891234>", yes),
        ("4989*", "4930123456", no),
        ("4989*", "14989123456", no),
        ("4989*", "anonymous", no),
        ("+49 (89) *", "089 1234", yes),
        ("+49 (0) 89 *", "089 1234", yes),
        ("0049 89*", "089 1234", yes),
        ("030 123456", "4930123456", yes),
        ("030/123456", "+49 30 123456", yes),
        ("(030) 12-34-56", "4930123456", yes),
        ("030*", "4930123456", yes),
        ("030*", "030 123456", yes),
        ("030*", "4931123456", no),
        ("(0) 30*", "4930123456", yes),
        ("030.*", "4930123456", yes),
        ("0*", "4930123456", yes),
        ("0*", "4130123456", no),
        // Extensions: digits as they stand.
        ("2*", "201", yes),
        ("2*", "2", no),
        ("0*", "0123", yes),
        ("030*", "0301", yes),
        ("201", "0201", no),
        ("201", "sip:201@pbx", yes),
        ("007", "007", yes),
        ("007", "07", no),
        // Stars anywhere.
        ("*456", "4930123456", yes),
        ("*456", "456", no),
        ("49*456", "4930123456", yes),
        ("49*456", "49456", no),
        ("49*12*56", "4930123456", yes),
        ("49*12*56", "493012345", no),
        ("49**456", "49301456", yes),
        ("49**456", "491456", no),
        ("4930*123456", "4930123456", no),
        // All that is abroad or written in full.
        ("00*", "+1 949-431-0000", yes),
        ("+*", "030 123456", yes),
        ("+*", "201", no),
        ("00*", "anonymous", no),
        ("00 49*", "4930123456", yes),
        // Anything at all.
        ("*", "anonymous", yes),
        ("*", "201", yes),
        ("*", "4930123456", yes),
        ("*", "", no),
        ("*", "  ", no),
        (" * ", "x", yes),
        // Text.
        ("anonymous", "anonymous", yes),
        ("anonymous", "Anonymous", yes),
        ("Anonymous ", " anonymous", yes),
        ("anonymous", "anonymous2", no),
        ("anon*", "anonymous", yes),
        ("*@example.com", "sip:alice@example.com", yes),
        ("*@example.com", "sip:alice@example.org", no),
        ("support*", "support-24", yes),
        ("support*", "support", no),
        ("überfall*", "ÜBERFALL 1", yes),
        // No regular expression, and no number: a dot is a dot.
        ("a.c", "abc", no),
        ("[0-9]*", "4930123456", no),
        ("4930+x", "4930123456", no),
        ("(a|b)", "a", no),
        // Nothing.
        ("", "", no),
        ("", "anonymous", no),
        ("  ", "  ", no),
        ("-", "-", yes),
        ("+", "4930123456", no),
        ("12345678901234567890", "12345678901234567890", yes),
    ];
    for (pattern, number, expected) in cases {
        assert_eq!(
            matches(pattern, number, "DE"),
            expected,
            "{pattern:?} on {number:?}"
        );
    }
}

#[test]
fn national_patterns_follow_the_country() {
    let cases = [
        ("AT", "0664*", "43664123456", true),
        ("AT", "0664*", "49664123456", false),
        ("GB", "020*", "+44 20 7183 8750", true),
        // A zero that belongs to the number.
        ("IT", "06*", "+39 06 1234 5678", true),
        ("IT", "06*", "+39 02 1234 5678", false),
        ("IT", "3906*", "06 1234 5678", true),
        // No prefix: national and international look the same.
        ("ES", "91*", "+34 911 234 567", true),
        ("ES", "34*", "911234567", true),
        ("US", "949*", "+1 949-431-0000", true),
        ("US", "1949*", "(949) 431-0000", true),
        ("US", "1*", "(949) 431-0000", true),
        ("US", "949*", "+1 202 555 0123", false),
        ("US", "01149*", "4930123456", true),
        ("US", "011*", "4930123456", true),
        ("HU", "0630*", "+36 30 123 4567", true),
        ("RU", "8495*", "+7 495 123 45 67", true),
    ];
    for (code, pattern, number, expected) in cases {
        assert_eq!(
            matches(pattern, number, code),
            expected,
            "{code} {pattern:?} on {number:?}"
        );
    }
}

#[test]
fn many_stars_take_no_time_to_speak_of() {
    let text = "a".repeat(250);
    let pattern = format!("{}b", "a*".repeat(20_000));
    assert!(!matches(&pattern, &text, "DE"));
    assert!(!matches(&"*a".repeat(126), &text, "DE"));
    assert!(matches(&"*a".repeat(125), &text, "DE"));
    let digits = format!("{}2", "1*".repeat(20_000));
    assert!(!matches(&digits, &"1".repeat(18), "DE"));
}

/// What [`wildcard`] should say, by trying everything.
fn by_trying(pattern: &[char], text: &[char]) -> bool {
    match (pattern, text) {
        ([], []) => true,
        (['*', rest @ ..], [_, behind @ ..]) => {
            (0..=behind.len()).any(|taken| by_trying(rest, &behind[taken..]))
        }
        ([p, rest @ ..], [t, behind @ ..]) => p == t && by_trying(rest, behind),
        _ => false,
    }
}

proptest! {
    #[test]
    fn wildcard_is_what_trying_everything_finds(pattern in "[ab*]{0,8}", text in "[abä]{0,10}") {
        let chars = |text: &str| text.chars().collect::<Vec<_>>();
        prop_assert_eq!(wildcard(&pattern, &text), by_trying(&chars(&pattern), &chars(&text)));
    }

    #[test]
    fn any_pattern_meets_any_text(pattern in "[0-9+*() ./-]{0,20}|\\PC{0,20}", text in "\\PC{0,40}") {
        let _: bool = matches(&pattern, &text, "DE");
        let everything = matches("*", &text, "DE");
        prop_assert_eq!(everything, !text.trim().is_empty());
    }

    /// A number without stars matches itself in each of its spellings.
    #[test]
    fn spellings_do_not_matter(subscriber in 100_000..99_999_999_u32, a in 0..5_usize, b in 0..5_usize) {
        let spell = |spelling| match spelling {
            0 => format!("030 {subscriber}"),
            1 => format!("+49 (30) {subscriber}"),
            2 => format!("004930{subscriber}"),
            3 => format!("4930{subscriber}"),
            _ => format!("030/{subscriber}"),
        };
        let (begins, longer) = (format!("{}*", &spell(a)[..6]), format!("{}1", spell(b)));
        prop_assert!(matches(&spell(a), &spell(b), "DE"));
        prop_assert!(matches(&begins, &spell(b), "DE"));
        prop_assert!(!matches(&spell(a), &longer, "DE"));
    }
}

#[test]
fn what_it_matches_lies_in_its_ranges() {
    let country = Country::default();
    let patterns = [
        "030*",
        "+49 30*",
        "4930*",
        "0*",
        "2*",
        "20*",
        "*30",
        "4*9",
        "+*",
        "00*",
        "0190*",
        "030 123456",
        "201",
    ];
    let numbers = [
        "493012345678",
        "030123456",
        "49301",
        "201",
        "2011",
        "0201",
        "02",
        "20",
        "0190123456",
        "442071838750",
        "110",
        "999999999999999999",
        "100000000000000000",
    ];
    for pattern in patterns {
        let pattern = Pattern::parse(pattern, country);
        let ranges = pattern.key_ranges();
        for number in numbers {
            let party = Party::read(number, country);
            let key = party.key.unwrap();
            let inside = ranges
                .iter()
                .any(|(first, last)| *first <= key && key <= *last);
            assert!(inside || !pattern.matches(&party), "{pattern:?} {number}");
        }
    }
    let outside = Party::read("442071838750", country).key.unwrap();
    let ranges = Pattern::parse("030*", country).key_ranges();
    let inside = |key| {
        ranges
            .iter()
            .any(|(first, last)| *first <= key && key <= *last)
    };
    assert!(!inside(outside));
    assert_eq!(Pattern::parse("support*", country).key_ranges(), []);
}
