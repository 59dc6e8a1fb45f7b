use super::*;

fn found(text: &str) -> Vec<String> {
    let keys = extract(text, Country::default());
    keys.into_iter().map(NumberKey::digits).collect()
}

#[test]
fn zammads_examples() {
    // facts/zammad-cti.md 4.3; where we differ, why.
    let cases: &[(&str, &[&str])] = &[
        ("some text\ntest 123", &[]),
        (
            "consectetuer +49 (0) 30 60 00 00 00-0\nfoo",
            &["4930600000000"],
        ),
        (
            "GS Oberalteich\nTelefon  09422 1000\nE-Mail:",
            &["4994221000"],
        ),
        (
            "Tel +41 81 288 63 93 / +41 76 346 72 14 ...",
            &["41812886393", "41763467214"],
        ),
        (
            "P: +1 (949) 431 0000\nF: +1 (949) 431 0001\nW: http://...",
            &["19494310000", "19494310001"],
        ),
        ("030/123456", &["4930123456"]),
        ("030 / 123 45 67", &["49301234567"]),
        ("030-12/34/56", &[]),
        (
            "+49 160 1234567 / +49 30 123456",
            &["491601234567", "4930123456"],
        ),
        ("0041 (0) 44 123 45 67", &["41441234567"]),
        ("+44 (0)20 7183 8750", &["442071838750"]),
        // Zammad keeps the zero behind calling codes of one or three digits.
        ("+1 (0) 2025550123", &["12025550123"]),
        ("+353 (0)1 234 5678", &["35312345678"]),
        ("(030) 123456", &["4930123456"]),
        ("(0) 30 123456", &["4930123456"]),
        // Zammad ends a number at a dot: 123456.
        ("+49.30.123456", &["4930123456"]),
        ("+49 30 123456-78", &["493012345678"]),
        ("4930123456, 4930654321", &["4930123456", "4930654321"]),
        // Zammad: one number of 20 digits.
        ("4930123456|4930654321", &["4930123456", "4930654321"]),
        (
            "Tel. 030\n123456\n\nFax 030 654321",
            &["4930123456", "4930654321"],
        ),
        // Zammad: 4930123456030654321030 and 999999.
        (
            "030 123456 030 654321 030 999999",
            &["4930123456", "4930654321", "4930999999"],
        ),
        ("sip:4930123456@pbx.example.com", &["4930123456"]),
        // Zammad: 2021030412.
        ("2021-03-04 12:30", &[]),
        // Zammad: the first 26 digits, then the other 8.
        ("1234567890123456789012345678901234", &[]),
        ("12345", &[]),
        ("123456", &["123456"]),
        ("anonymous", &[]),
        ("", &[]),
        // Zammad: an empty number (quirk Q16).
        ("          ", &[]),
    ];
    for (text, expected) in cases {
        assert_eq!(&found(text), expected, "{text:?}");
    }
}

#[test]
fn more_than_zammad_finds() {
    let cases: &[(&str, &[&str])] = &[
        // One number a line, no words between them.
        ("030 123456\n030 654321", &["4930123456", "4930654321"]),
        ("4930123456\n4930654321", &["4930123456", "4930654321"]),
        ("5754321\n5754322", &["5754321", "5754322"]),
        ("030 12\n3456", &["4930123456"]),
        ("12345\n \n678901", &["678901"]),
        ("4930123456 4930654321", &["4930123456", "4930654321"]),
        ("49 30 123456 / 49 30 654321", &["4930123456", "4930654321"]),
        (
            "030 123456\r\n030 654321\r\n",
            &["4930123456", "4930654321"],
        ),
        (
            "089 1234567\n\n\n0171 1000001",
            &["49891234567", "491711000001"],
        ),
        ("030 123456 / 030 654321", &["4930123456", "4930654321"]),
        (
            "030 123456 / 030 654321 / 030 999999",
            &["4930123456", "4930654321", "4930999999"],
        ),
        ("+4930123456+4930654321", &["4930123456", "4930654321"]),
        ("030.123456.", &["4930123456"]),
        ("Tel.030123456.", &["4930123456"]),
        ("Tel030123456", &["4930123456"]),
        ("Telefon: 030\u{a0}123\u{2011}456", &["4930123456"]),
        ("\u{202a}+49 30 123456\u{202c}", &["4930123456"]),
        ("call 555-123-4567x89", &["5551234567"]),
        ("mail 4930123456@example.com", &["4930123456"]),
        ("030 123456, 030/123456, +49 30 123456", &["4930123456"]),
        (
            "b 4930654321 a 4930123456 b 4930654321",
            &["4930654321", "4930123456"],
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(&found(text), expected, "{text:?}");
    }
}

#[test]
fn what_only_looks_like_a_number() {
    for text in [
        "Termin am 04.03.2021 um 12.30",
        "03/04/2021",
        "2021-03-04",
        "(2021-03-04)",
        "550e8400-e29b-41d4-a716-446655440000",
        "DE89 3704 0044 0532 0130 00",
        "AB123456",
        "user_123456",
        "123456abc",
        "https://example.com/tickets/12345678",
        "1.234.567,00",
        "192.168.178.20",
        "+",
        "+ + +",
        "+300000+",
        "4111 1111 1111 1111",
        "()()()",
        "/////////",
    ] {
        assert_eq!(found(text), Vec::<String>::new(), "{text:?}");
    }
}

#[test]
fn a_date_beside_a_number_does_not_hide_it() {
    assert_eq!(found("2021-03-04 030 123456"), ["4930123456"]);
    assert_eq!(found("030 123456 2021-03-04"), ["4930123456"]);
    assert_eq!(
        found("030 123456 04.03.2021 030 654321"),
        ["4930123456", "4930654321"]
    );
}

#[test]
fn national_numbers_follow_the_country() {
    let keys = |text, code| extract(text, Country::from_code(code).unwrap());
    assert_eq!(keys("0664 123456", "AT"), [NumberKey(43_664_123_456)]);
    assert_eq!(keys("(949) 431-0000", "US"), [NumberKey(19_494_310_000)]);
    assert_eq!(keys("06 1234 5678", "IT"), [NumberKey(390_612_345_678)]);
}

#[test]
fn long_texts_take_no_time_to_speak_of() {
    for unit in [
        "030 123456 ",
        "a1",
        "1\n",
        "0 ",
        "\n",
        "/",
        "+",
        "1.",
        "\r",
        "(",
        "1-1-1 ",
        "030123456-",
    ] {
        let text = unit.repeat(200_000 / unit.len());
        assert!(extract(&text, Country::default()).len() < 2000, "{unit:?}");
    }
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_without_repeats(text in "[0-9+()/. \n|x-]{0,80}|\\PC{0,80}") {
        let keys = extract(&text, Country::default());
        let distinct: HashSet<_> = keys.iter().collect();
        proptest::prop_assert_eq!(distinct.len(), keys.len());
        for key in keys {
            proptest::prop_assert!(key.digits().len() >= FEWEST_DIGITS);
        }
    }

    #[test]
    fn a_number_is_found_in_any_spelling_and_company(
        subscriber in 1_000_000..9_999_999_u32,
        spelling in 0..7_usize,
        words in "[a-z]{0,9}",
    ) {
        let number = match spelling {
            0 => format!("+49 30 {subscriber}"),
            1 => format!("+49 (0) 30 {subscriber}"),
            2 => format!("0049 30 / {subscriber}"),
            3 => format!("030/{subscriber}"),
            4 => format!("(030) {subscriber}"),
            5 => format!("4930{subscriber}"),
            _ => format!("+49.30.{subscriber}"),
        };
        let expected = NumberKey(49_300_000_000 + i64::from(subscriber));
        let text = format!("{words} {number}, {words}");
        proptest::prop_assert_eq!(extract(&text, Country::default()), [expected]);
    }
}
