use proptest::prelude::*;

use super::*;
use crate::number::pretty;

fn of(raw: &str) -> Option<i64> {
    in_country(raw, "DE")
}

fn in_country(raw: &str, code: &str) -> Option<i64> {
    NumberKey::of(raw, Country::from_code(code).unwrap()).map(|key| key.0)
}

#[test]
fn one_number_in_all_its_spellings() {
    for raw in [
        "4930609854180",
        "+4930609854180",
        "004930609854180",
        "030609854180",
        "+49 30 609854180",
        "+49 (0)30 609854180",
        "+49 (0) 30 609 854 180",
        "+49(030)609854180",
        "0049 (0)30 609854180",
        "00+49 30 609854180",
        "+0049 30 609854180",
        "+030 609854180",
        "030/609854180",
        "030 / 60 98 54 180",
        "030-609854180",
        "030.609854180",
        "+49.30.609854180",
        "(030) 609854180",
        "(+49) 30 609854180",
        "  4930609854180  ",
        "49 30\u{a0}609\u{2009}854\u{2011}180",
        "\u{202a}+49 30 609854180\u{202c}",
        "4930609854180\0\r\n",
        "tel:+4930609854180",
        "tel:+49-30-609854180;ext=12",
        "TEL:+4930609854180",
        "callto:4930609854180",
        "tel://+4930609854180",
        "sip:4930609854180@host;user=phone",
        "sip:+4930609854180@host",
        "sip:%2B4930609854180@host:5060",
        "sip:4930609854180:secret@host",
        "sip:+4930609854180;npdi@host",
        "sips:4930609854180@host",
        "sip:4930609854180",
        "4930609854180@host",
        "4930609854180;ext=5",
        "+49 30 609854180; phone-context=x",
        "<4930609854180>",
        "<sip:4930609854180@host>;tag=as58f4201b",
        "\"Anna\" <4930609854180>",
        "\"Anna Lopez\" <sip:+4930609854180@host;user=phone>",
        "\"49 <1>\" <4930609854180>",
        "Anna <4930609854180>",
        "Anna Lopez 4930609854180",
        "Anna Lopez +49 30 609854180",
        "Anna Lopez (030) 609854180",
        "\"Anna Lopez\" 4930609854180",
        "+49 30 609854180 ext. 12",
        "*31#4930609854180",
        "#31#030609854180",
        "*31*030609854180",
        "030609854180#",
    ] {
        assert_eq!(of(raw), Some(4_930_609_854_180), "{raw:?}");
    }
}

#[test]
fn what_is_no_number() {
    for raw in [
        "",
        " ",
        "anonymous",
        "Anonymous",
        "unknown",
        "restricted",
        "private",
        "unavailable",
        "<unknown>",
        "\"Anna\" <anonymous>",
        "\"Anonymous\" <sip:anonymous@anonymous.invalid>",
        "sip:alice@example.com",
        "alice@example.com",
        "Anna Lopez",
        "support",
        "Queue 7",
        "queue7",
        "some_queue_name_2",
        "PJSIP/trunk-00000123",
        "550e8400-e29b-41d4-a716-446655440000",
        "192.168.178.20",
        "sip:192.168.178.20",
        "*97",
        "*31#",
        "#",
        "+",
        "++",
        "()",
        "-",
        "<>",
        "\"\" <>",
        "4930+609854180",
        "1234567890123456789",
        "49,30",
        "201;202",
        "4930609854180;4930609854181",
        "null",
        "💥",
        "١٢٣٤٥٦٧",
    ] {
        assert_eq!(of(raw), None, "{raw:?}");
    }
}

#[test]
fn extensions_and_other_short_numbers_keep_their_zeros() {
    let cases = [
        ("0", -10),
        ("00", -100),
        ("000", -1000),
        ("7", -17),
        ("007", -1007),
        ("07", -107),
        ("110", -1110),
        ("112", -1112),
        ("201", -1201),
        ("0201", -10201),
        ("1001", -11001),
        ("12345", -112_345),
        ("01234", -101_234),
        ("sip:201@pbx", -1201),
        ("201;user=phone", -1201),
        ("\"Emma\" <201>", -1201),
        ("001234", -1_001_234),
        ("000000", -1_000_000),
        ("000350000", -1_000_350_000),
        ("123456", -1_123_456),
        ("5754321", -15_754_321),
        // In Vienna, if it were an international number.
        ("431110", -1_431_110),
        ("+431110", 431_110),
        ("123456789012345678", -1_123_456_789_012_345_678),
    ];
    for (raw, key) in cases {
        assert_eq!(of(raw), Some(key), "{raw}");
    }
}

#[test]
fn invalid_numbers_are_the_same_in_every_spelling() {
    for raw in [
        "4999999222222",
        "+4999999222222",
        "004999999222222",
        "099999222222",
        "+49 (0) 99999 222222",
    ] {
        assert_eq!(of(raw), Some(-14_999_999_222_222), "{raw}");
    }
    for raw in ["+39 000 123456", "0039000123456"] {
        assert_eq!(of(raw), Some(-139_000_123_456), "{raw}");
    }
    for raw in ["0190111", "49190111", "+49190111", "0049190111"] {
        assert_eq!(of(raw), Some(-149_190_111), "{raw}");
    }
}

#[test]
fn national_numbers_by_country() {
    let cases = [
        ("DE", "030609854180", 4_930_609_854_180),
        ("AT", "0664123456", 43_664_123_456),
        ("AT", "43664123456", 43_664_123_456),
        ("CH", "0812886393", 41_812_886_393),
        ("CH", "812886393", 41_812_886_393),
        ("CH", "4930609854180", 4_930_609_854_180),
        ("FR", "01 42 68 53 00", 33_142_685_300),
        ("GB", "020 7183 8750", 442_071_838_750),
        ("GB", "7911123456", 447_911_123_456),
        ("GB", "4930609854180", 4_930_609_854_180),
        // No prefix at home, and a zero that belongs to the number.
        ("IT", "06 1234 5678", 390_612_345_678),
        ("IT", "+39 06 1234 5678", 390_612_345_678),
        ("IT", "390612345678", 390_612_345_678),
        ("IT", "3401234567", 393_401_234_567),
        ("DE", "+39 06 1234 5678", 390_612_345_678),
        ("DE", "0039 06 1234 5678", 390_612_345_678),
        ("ES", "911234567", 34_911_234_567),
        ("ES", "34911234567", 34_911_234_567),
        ("DK", "32123456", 4_532_123_456),
        ("NO", "22123456", 4_722_123_456),
        ("PL", "221234567", 48_221_234_567),
        ("CZ", "601123456", 420_601_123_456),
        ("CZ", "00420601123456", 420_601_123_456),
        ("LU", "4930609854", 4_930_609_854),
        ("LU", "404040", 352_404_040),
        // Ten digits are at home in North America, eleven have its calling code.
        ("US", "9494310000", 19_494_310_000),
        ("US", "19494310000", 19_494_310_000),
        ("US", "(202) 555-0123", 12_025_550_123),
        ("US", "2025550123", 12_025_550_123),
        ("US", "0114930609854180", 4_930_609_854_180),
        ("US", "4930609854180", 4_930_609_854_180),
        ("CA", "416 555 0123", 14_165_550_123),
        // Other prefixes than 0.
        ("RU", "89161234567", 79_161_234_567),
        ("RU", "84951234567", 74_951_234_567),
        ("RU", "79161234567", 79_161_234_567),
        ("HU", "06301234567", 36_301_234_567),
        ("HU", "36301234567", 36_301_234_567),
        ("AU", "0011 49 30 609854180", 4_930_609_854_180),
        ("AU", "02 9374 4000", 61_293_744_000),
        ("JP", "03-1234-5678", 81_312_345_678),
        ("BR", "11987654321", 5_511_987_654_321),
        ("BR", "011987654321", 5_511_987_654_321),
        ("AR", "011 15 2345-6789", 5_491_123_456_789),
    ];
    for (code, raw, key) in cases {
        assert_eq!(in_country(raw, code), Some(key), "{code} {raw}");
    }
}

#[test]
fn digits_without_prefix_are_not_taken_for_national_where_lengths_are_free() {
    assert_eq!(of("41715880339000"), Some(-141_715_880_339_000));
    assert_eq!(of("5754321"), Some(-15_754_321));
    assert_eq!(in_country("512345678", "AT"), Some(-1_512_345_678));
}

#[test]
fn e164_and_digits() {
    let number = NumberKey(4_930_609_854_180);
    assert_eq!(number.e164().as_deref(), Some("4930609854180"));
    assert_eq!(number.digits(), "4930609854180");
    let extension = NumberKey(-1007);
    assert_eq!(
        (extension.e164(), extension.digits()),
        (None, "007".to_owned())
    );
    for odd in [0, -1, -7, i64::MIN, i64::MAX] {
        let key = NumberKey(odd);
        assert!(key.digits().len() < 20 && key.e164().is_some() == (odd > 0));
    }
}

/// Brazil's `90` and carrier `31` are taken off with zeros before them and without.
#[test]
fn what_the_library_takes_off_it_takes_off_behind_zeros_too() {
    for raw in ["+55903120000000", "+550903120000000", "+5500903120000000"] {
        assert_eq!(of(raw), Some(553_120_000_000), "{raw}");
    }
}

proptest! {
    #[test]
    fn garbage_is_never_worse_than_none(
        raw in "\\PC{0,40}|[0-9+*#() <>\"@:;/.-]{0,40}|(sip|tel):[0-9+@;:%]{0,30}",
        country in prop::sample::select(vec!["DE", "US", "IT", "ES", "RU", "BR", "LU"]),
    ) {
        let country = Country::from_code(country).unwrap();
        let key = NumberKey::of(&raw, country);
        let written = pretty(&raw, key);
        prop_assert_eq!(key.is_some_and(|key| key.0 == 0), false);
        if let Some(key) = key {
            prop_assert!(!written.is_empty());
            prop_assert!(key.digits().len() <= MOST_DIGITS);
        }
    }

    /// What we read, we write so that we read it again.
    #[test]
    fn keys_are_stable(raw in "[+0]{0,2}[0-9]{1,17}") {
        let country = Country::default();
        let Some(key) = NumberKey::of(&raw, country) else { return Ok(()) };
        if let Some(e164) = key.e164() {
            prop_assert_eq!(NumberKey::of(&format!("+{e164}"), country), Some(key));
            prop_assert_eq!(NumberKey::of(&pretty(&raw, Some(key)), country), Some(key));
        } else {
            // No E.164 number in one spelling becomes one in another.
            let again = NumberKey::of(&key.digits(), country);
            prop_assert_eq!(again.and_then(NumberKey::e164), None);
        }
    }

    /// Taking numbers apart by hand finds what the library's own parser finds.
    #[test]
    fn agrees_with_the_library(digits in "(49|43|41|39|34|1|7|44|33|31|55|36|54|90|358|420|972)[0-9]{6,11}") {
        let ours = NumberKey::of(&format!("+{digits}"), Country::default());
        if let Some(theirs) = Valid::parse(&format!("+{digits}"), None) {
            prop_assert_eq!(ours.and_then(NumberKey::e164), theirs.e164().map(|digits| digits.to_string()));
        }
    }

    #[test]
    fn agrees_with_the_library_at_home(
        digits in "0[1-9][0-9]{6,10}",
        country in prop::sample::select(vec!["DE", "AT", "CH", "FR", "GB", "NL", "IT", "TR", "FI", "AU"]),
    ) {
        let country = Country::from_code(country).unwrap();
        if let Some(theirs) = Valid::parse(&digits, Some(country.region())) {
            let ours = NumberKey::of(&digits, country);
            prop_assert_eq!(ours.and_then(NumberKey::e164), theirs.e164().map(|digits| digits.to_string()));
        }
    }

    /// No two extensions share a key, zeros in front or not.
    #[test]
    fn extensions_differ(a in "[0-9]{1,5}", b in "[0-9]{1,5}") {
        prop_assert_eq!(of(&a) == of(&b), a == b);
    }
}
