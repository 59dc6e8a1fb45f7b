use super::{Country, read};

/// Answers everywhere a mobile phone does.
const EVERYWHERE: &str = "112";
/// The longest there are, in digits.
const LONGEST: usize = 5;

/// Whether this is an emergency number of the country, as dialled there: `112`, `110`, also with
/// the national prefix or the calling code that a PBX puts before everything (`+49110`, `0112`).
/// Nothing else can be meant by those, and a wrong caller ID or a rejected call may cost a life.
pub fn is_emergency(raw: &str, country: Country) -> bool {
    let reading = read(raw);
    let digits = reading.digits.as_str();
    let calling_code = country.calling_code().to_string();
    let with_calling_code = digits.strip_prefix("00").unwrap_or(digits);
    let dialled = if reading.plus { "" } else { digits };
    let candidates = [
        Some(dialled),
        dialled.strip_prefix(country.national_prefix()),
        digits.strip_prefix(calling_code.as_str()),
        with_calling_code.strip_prefix(calling_code.as_str()),
    ];
    candidates
        .into_iter()
        .flatten()
        // The list is long, and nearly all that is dialled is longer.
        .filter(|number| number.len() <= LONGEST)
        .any(|number| number == EVERYWHERE || of_country(country).any(|known| known == number))
}

/// Whether a PBX that dials this may end there: what is to be called by a click is no emergency number
/// in any spelling, nor behind a plus, the `00` that it becomes, or a digit that takes a line (`0112`,
/// `9911`).
pub fn may_be_emergency(raw: &str, country: Country) -> bool {
    let digits = read(raw).digits;
    let abroad = digits.strip_prefix("00");
    let behind_a_line = digits.strip_prefix(['0', '9']);
    [Some(raw), Some(digits.as_str()), abroad, behind_a_line]
        .into_iter()
        .flatten()
        .any(|number| is_emergency(number, country))
}

fn of_country(country: Country) -> impl Iterator<Item = &'static str> {
    NUMBERS
        .iter()
        .filter(move |(countries, _)| countries.split(' ').any(|code| code == country.code()))
        .flat_map(|(_, numbers)| numbers.split(' '))
}

/// Countries and their emergency numbers beside `112`: libphonenumber's short number data
/// (resources/ShortNumberMetadata.xml, 9.0.33), `emergency` of each territory, up to five digits.
/// The number library carries none of it.
#[rustfmt::skip]
const NUMBERS: &[(&str, &str)] = &[
    ("AC AG LC MS SH TC VC VG", "911 999"),
    ("AD", "110 116 118"),
    ("AE PL", "997 998 999"),
    ("AF", "100 102 119"),
    ("AI AS BM BQ CA CR CW DO FM GD GU KY MH MP NL PA PR PW TV US VI", "911"),
    ("AL", "127 128 129"),
    ("AM AZ BY KG KZ TJ UA", "101 102 103"),
    ("AO", "113 115"),
    ("AR", "100 101 107 911"),
    ("AT", "122 133 144"),
    ("AU", "000 106"),
    ("AW", "100 911"),
    ("BA ME", "122 123 124"),
    ("BB", "211 311 511 911"),
    ("BD", "100 101 102 199 999"),
    ("BE", "100 101"),
    ("BF DJ KM MR SN TD", "17 18"),
    ("BG", "150 160 166"),
    ("BH", "199 999"),
    ("BI", "113 117"),
    ("BJ", "114 116 117 118"),
    ("BL", "18"),
    ("BN", "991 993 995"),
    ("BO", "110 118 119"),
    ("BR", "128 190 192 193 911"),
    ("BS", "911 919"),
    ("BT NO SJ SY", "110 113"),
    ("BW", "911 997 998 999"),
    ("BZ", "90 911 990"),
    ("CC CX", "000"),
    ("CD", "113 114 118 177 188"),
    ("CF", "117 118 1220"),
    ("CG", "117 118"),
    ("CH LI", "117 118 144"),
    ("CI", "110 111 170 180"),
    ("CK", "996 998 999"),
    ("CL", "131 132 133 911"),
    ("CM", "13 17 113 117"),
    ("CN", "110 119 120"),
    ("CO", "119 123 132 156"),
    ("CU", "104 105 106"),
    ("CV", "130 131 132"),
    ("CY HN MM NG", "199"),
    ("CZ", "150 151 152 153 154 155 156 157 158 159"),
    ("DE EE", "110"),
    ("DK FO", "114"),
    ("DM KN", "333 911 999"),
    ("DZ", "14 17"),
    ("EC", "101 102 911"),
    ("EG", "122 123 180"),
    ("EH MA", "15 19 177"),
    ("ER", "113 114 116"),
    ("ES", "085 088"),
    ("ET", "91 92 93 911 939 991 997"),
    ("FJ", "911 917"),
    ("FK GB GG IE IM JE MO MY NU QA SB SC SD SS SZ UG", "999"),
    ("FR GF GP MC MF ML MQ PF PM RE WF", "15 17 18"),
    ("GA", "18 1300 1730"),
    ("GE", "011 022 033 111 113 122"),
    ("GH", "191 192 193 999"),
    ("GI", "190 199"),
    ("GM", "16 17 18 116 117 118"),
    ("GR", "100 166 199"),
    ("GT", "110 120 123"),
    ("GW", "113 117 118"),
    ("GY", "911 912 913"),
    ("HK", "992 999"),
    ("HR", "93 94 192 193 194"),
    ("HT", "114 118"),
    ("HU", "104 105 107"),
    ("ID", "110 113 118 119"),
    ("IL PS", "100 101 102"),
    ("IN", "100 101 102 108 1298 2611"),
    ("IQ", "100 104 115 122"),
    ("IR", "110 115 125 911"),
    ("IT SM VA", "113 115 118"),
    ("JM", "110 119 911"),
    ("JO", "191 192 197 911"),
    ("JP TW", "110 119"),
    ("KE", "114 999"),
    ("KH", "117 118 119 666"),
    ("KI", "192 193 194 195 992 993 994"),
    ("KP", "119 819"),
    ("KR", "119"),
    ("LA", "190 191 195"),
    ("LB", "140 175 999"),
    ("LK", "110 116 118 119"),
    ("LR", "355 911"),
    ("LS", "115 117"),
    ("LT", "01 02 03 011 022 033 101 102 103"),
    ("LU SI", "113"),
    ("LV", "01 02 03 110 113"),
    ("LY", "190 191 193"),
    ("MD", "901 902 903"),
    ("MG", "17 18 117 118"),
    ("MK XK", "192 193 194"),
    ("MN", "100 101 102 103 105"),
    ("MU", "114 115 995 999"),
    ("MV", "102 118 119"),
    ("MW", "199 997 998 999"),
    ("MX", "060 065 066 068 080 911"),
    ("MZ", "117 119 197 198"),
    ("NA", "10111"),
    ("NC", "15 16 17 18"),
    ("NE", "15 17 18 118"),
    ("NF", "911 955 977"),
    ("NI", "115 118 120 128"),
    ("NP", "100 101 102 103"),
    ("NR", "110 111"),
    ("NZ RW", "111"),
    ("OM", "1444 9999"),
    ("PE", "105 116 117"),
    ("PG", "000 110 111"),
    ("PH", "117 911"),
    ("PK", "15 16 115 1122"),
    ("PT SR TL", "115"),
    ("PY UY", "128 911"),
    ("RS", "92 93 94"),
    ("RU", "01 02 03 101 102 103"),
    ("SA", "911 997 999"),
    ("SE", "90000"),
    ("SG", "993 995 999"),
    ("SK", "150 155 158"),
    ("SL", "019 999"),
    ("SO", "555 888 999"),
    ("SV", "911 913"),
    ("SX", "919"),
    ("TG", "117 118 171 172 177"),
    ("TH", "191 199 1669"),
    ("TM", "01 02 03"),
    ("TN", "190 197 198"),
    ("TO", "911 922 933 999"),
    ("TR", "110 155"),
    ("TT", "990 999"),
    ("TZ", "110 111 114 115 999"),
    ("UZ", "01 02 03 001 002 003 050"),
    ("VE", "171 911"),
    ("VN", "113 114 115"),
    ("WS", "911 994 995 996 999"),
    ("YE", "191 194 195 199"),
    ("YT", "15"),
    ("ZA", "10111 10177"),
    ("ZM", "991 993 999"),
    ("ZW", "993 994 995 999"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emergency_numbers_by_country() {
        let cases = [
            ("DE", "112", true),
            ("DE", "110", true),
            ("DE", " 1 1 2 ", true),
            ("DE", "sip:110@pbx.example.com", true),
            ("DE", "tel:112", true),
            ("DE", "0112", true),
            ("DE", "+49112", true),
            ("DE", "0049110", true),
            ("DE", "49110", true),
            ("DE", "911", false),
            ("DE", "1120", false),
            ("DE", "1101", false),
            ("DE", "11", false),
            ("DE", "030112", false),
            ("DE", "+43112", false),
            ("DE", "+112", false),
            ("DE", "00112", false),
            ("DE", "", false),
            ("DE", "anonymous", false),
            ("DE", "*112", false),
            ("AT", "144", true),
            ("AT", "112", true),
            ("AT", "110", false),
            ("CH", "117", true),
            ("FR", "15", true),
            ("FR", "150", false),
            ("GB", "999", true),
            ("GB", "112", true),
            ("US", "911", true),
            ("US", "112", true),
            ("US", "1911", true),
            ("AU", "000", true),
            ("AU", "0000", true),
            ("ES", "112", true),
        ];
        for (code, number, expected) in cases {
            let country = Country::from_code(code).unwrap();
            assert_eq!(is_emergency(number, country), expected, "{code} {number}");
        }
    }

    #[test]
    fn what_a_pbx_may_make_one_of() {
        let cases = [
            ("DE", "112", true),
            ("DE", "+112", true),
            ("DE", "+110", true),
            ("DE", "00112", true),
            ("DE", "0112", true),
            ("DE", "9110", true),
            ("DE", "+49110", true),
            ("US", "+911", true),
            ("US", "9911", true),
            ("US", "9-911", true),
            ("DE", "911", false),
            ("DE", "101", false),
            ("DE", "1120", false),
            ("DE", "+4930112", false),
            ("DE", "030110112", false),
            ("DE", "", false),
        ];
        for (code, number, expected) in cases {
            let country = Country::from_code(code).unwrap();
            let found = may_be_emergency(number, country);
            assert_eq!(found, expected, "{code} {number}");
        }
    }

    #[test]
    fn the_table_holds_together() {
        let mut seen = std::collections::HashSet::new();
        for (countries, numbers) in NUMBERS {
            for code in countries.split(' ') {
                let country = Country::from_code(code);
                assert_eq!(
                    country.map(Country::code),
                    Some(code).filter(|_| country.is_some())
                );
                assert!(seen.insert(code), "{code} twice");
            }
            for number in numbers.split(' ') {
                let digits = number.chars().all(|c| c.is_ascii_digit());
                assert!(digits && (2..=5).contains(&number.len()), "{number}");
            }
        }
        assert!(seen.len() > 200, "{}", seen.len());
    }
}
