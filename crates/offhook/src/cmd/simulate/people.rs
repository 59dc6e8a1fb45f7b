//! The made-up people outside. Numbers are of the ranges that regulators keep free for films.

use fastrand::Rng;

/// Somebody who calls the office or is called.
#[derive(Debug)]
pub(crate) struct Person {
    pub(crate) name: &'static str,
    pub(crate) organization: &'static str,
    pub(crate) phones: &'static [&'static str],
    pub(crate) note: &'static str,
    /// A number that only the note knows, as digits: who calls from it may be this person.
    pub(crate) mentioned: &'static str,
}

const fn person(
    name: &'static str,
    organization: &'static str,
    phones: &'static [&'static str],
) -> Person {
    Person {
        name,
        organization,
        phones,
        note: "",
        mentioned: "",
    }
}

const fn noted(
    name: &'static str,
    organization: &'static str,
    note: &'static str,
    mentioned: &'static str,
) -> Person {
    Person {
        name,
        organization,
        phones: &[],
        note,
        mentioned,
    }
}

/// Those who call often stand first. Numbers are spelled as people spell them. A very long name
/// and one from right to left are here for the page to cope with.
pub(crate) const PEOPLE: [Person; 42] = [
    person("Anna Lopez", "Awesome Ltd", &["+49 30 23125741"]),
    person(
        "Samuel Lee",
        "Awesome Ltd",
        &["030 / 23125-144", "+49 171 3920012"],
    ),
    noted(
        "Marcel Herrguth",
        "",
        "Left his number on the answering machine: 030 23125288, call before noon.",
        "493023125288",
    ),
    person(
        "Ingrid Hoffmann",
        "Hoffmann & Töchter GmbH",
        &["(089) 99998-210"],
    ),
    person(
        "Tobias Krüger",
        "Hoffmann & Töchter GmbH",
        &["(089) 99998-211"],
    ),
    person("Grace Wilson", "Northwind Coffee", &["+44 20 7946 0142"]),
    person("Henrik Sørensen", "Fjord Logistik", &["+49 40 66969 120"]),
    person("Sabine Vogel", "Stadtwerke Musterstadt", &["0221 4710-120"]),
    person(
        "Peter Lang",
        "Stadtwerke Musterstadt",
        &["0221 4710-121", "0171 3920021"],
    ),
    noted(
        "Frau Schuster",
        "Blumen Schuster",
        "Wants an offer for two phones. Reach her in the shop, 040 66969-345.",
        "494066969345",
    ),
    person("Maria Rossi", "Rossi Gelato", &["+49 89 99998 333"]),
    person("Ahmed Karim", "Karim Autoteile", &["+49 30 23125400"]),
    person("Julia Neumann", "Neumann Architekten", &["+49 30 23125410"]),
    person("Lukas Neumann", "Neumann Architekten", &["+49 30 23125411"]),
    person("Sophie Martin", "Atelier Martin", &["+49 221 4710 230"]),
    person("David Cohen", "Cohen Partners LLP", &["+1 212 555 0123"]),
    person("Emily Chen", "Cohen Partners LLP", &["+1 212 555 0124"]),
    noted(
        "Hausverwaltung Peters",
        "Peters Immobilien",
        "Second number for emergencies in the building: +49 89 99998 450",
        "498999998450",
    ),
    person("Karl-Heinz Baumann", "", &["030 23125 502"]),
    person("Elif Demir", "Demir Bau", &["0171 3920033"]),
    person("Robert Schulz", "Schulz Elektro", &["040 66969 201"]),
    person("Nina Fischer", "Praxis Dr. Fischer", &["+49 221 4710 300"]),
    person(
        "Dr. Martin Fischer",
        "Praxis Dr. Fischer",
        &["+49 221 4710 301"],
    ),
    person(
        "Olga Petrova",
        "Petrova Übersetzungen",
        &["+49 30 23125 610"],
    ),
    noted(
        "Herr Yilmaz",
        "",
        "Ordered through the shop, asked for a call back at 0171 3920044",
        "491713920044",
    ),
    person("محمد الحسن", "Al-Hassan Import", &["+49 40 66969 410"]),
    person(
        "Maximiliane Gräfin von Hohenstein-Waldburg zu Trauchburg",
        "Gemeinnützige Stiftung zur Förderung der Telefonie im ländlichen Raum",
        &["+49 89 99998 777"],
    ),
    person("James O'Connor", "O'Connor Shipping", &["+44 20 7946 0199"]),
    person("Lena Wagner", "Fjord Logistik", &["+49 40 66969 121"]),
    person("Paul Richter", "Richter Druck", &["0221 4710-455"]),
    person("Hannah Klein", "Kita Sonnenschein", &["030 23125 715"]),
    noted(
        "Werkstatt Nord",
        "Autohaus Nord",
        "Mails are signed with Tel. 040 / 66969 512, switchboard unknown.",
        "494066969512",
    ),
    person("Clara Jung", "Kita Sonnenschein", &["030 23125 716"]),
    person("Felix Brandt", "Brandt Software", &["+49 89 99998 601"]),
    person("Yuki Tanaka", "Tanaka Trading", &["+49 69 90009 811"]),
    person("Thomas Becker", "", &["0171 3920055"]),
    person("Susanne Roth", "Roth Steuerberatung", &["+49 69 90009 640"]),
    person("Andreas Roth", "Roth Steuerberatung", &["+49 69 90009 641"]),
    noted(
        "Vermittlung",
        "Klinikum Musterstadt",
        "Transferred from ward 3; the desk there is 0221 4710 870.",
        "492214710870",
    ),
    person("Isabel García", "Viajes García", &["+49 30 23125 880"]),
    person(
        "Mia Schneider",
        "Schneider 🌻 Garten",
        &["+49 221 4710 901"],
    ),
    person("Ben Carter", "Northwind Coffee", &["+44 20 7946 0143"]),
];

/// It calls everybody and is on the demo's block list.
pub(crate) const NUISANCE: &str = "494066969666";

/// Where numbers of strangers begin, and how many digits follow.
const STRANGERS: [(&str, usize); 7] = [
    ("493023125", 3),
    ("492214710", 3),
    ("494066969", 3),
    ("498999998", 3),
    ("4917139200", 2),
    ("4420794601", 2),
    ("121255501", 2),
];

impl Person {
    /// One of the numbers that reach it, as digits with the country's code.
    fn number(&self, rng: &mut Rng) -> String {
        match self.phones {
            [] => self.mentioned.to_owned(),
            phones => digits(phones[rng.usize(..phones.len())]),
        }
    }
}

/// A number of somebody known, more often of those who stand first.
pub(super) fn somebody(rng: &mut Rng) -> String {
    let place = rng.usize(..PEOPLE.len()).min(rng.usize(..PEOPLE.len()));
    PEOPLE[place].number(rng)
}

/// A number that nobody knows, most likely.
pub(super) fn stranger(rng: &mut Rng) -> String {
    let (begin, missing) = STRANGERS[rng.usize(..STRANGERS.len())];
    let rest = (0..missing).map(|_| rng.digit(10));
    begin.chars().chain(rest).collect()
}

/// The digits of a number as typed, a German one where it says no country.
fn digits(typed: &str) -> String {
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    match digits.strip_prefix('0') {
        Some(national) => format!("49{national}"),
        None => digits,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use offhook_core::number::{Country, NumberKey, extract};

    use super::*;

    #[test]
    fn every_number_is_somebodys_alone_and_reads_back() {
        let country = Country::default();
        let mut seen = HashSet::new();
        for person in &PEOPLE {
            let numbers = person.phones.iter().map(|phone| (*phone, digits(phone)));
            for (typed, sent) in numbers {
                let key = NumberKey::of(typed, country);
                assert!(key.is_some(), "{typed}");
                assert_eq!(key, NumberKey::of(&sent, country), "{typed}");
                assert!(seen.insert(sent), "{typed} twice");
            }
            if person.phones.is_empty() {
                let found: Vec<_> = extract(person.note, country).into_iter().collect();
                let mentioned = NumberKey::of(person.mentioned, country);
                assert_eq!(found, [mentioned.unwrap()], "{}", person.note);
                assert!(seen.insert(person.mentioned.to_owned()));
            }
        }
        assert!(!seen.contains(NUISANCE));
    }

    #[test]
    fn strangers_have_whole_numbers() {
        let mut rng = Rng::with_seed(1);
        for _ in 0..100 {
            let number = stranger(&mut rng);
            assert!((11..=12).contains(&number.len()), "{number}");
        }
    }
}
