//! How contacts are found as one types: the texts that the trigram index holds, and what it is
//! asked.
//!
//! A word stands in the index after two blanks. So the trigrams of its beginning tell how it begins
//! (`"  a"`, `" an"`), which finds it from the first letter on; three letters or more are found
//! anywhere in a word. A number is a word of digits.

use std::fmt::Write;

use offhook_store::{ContactDraft, ContactNumber};

/// Before each word, so that its first one or two letters make a trigram of their own.
const WORD_BEGINS: &str = "  ";
/// From this many letters on a word is found by any part of it.
const TRIGRAM: usize = 3;

/// The words of a contact as the index wants them.
pub(super) fn index_words(draft: &ContactDraft) -> String {
    let mut words = words_of(&draft.name);
    words.extend(words_of(&draft.organization));
    let spelled_out: Vec<String> = words.iter().filter_map(|word| spell_out(word)).collect();
    words.extend(spelled_out);
    join(words)
}

/// The numbers of a contact as the index wants them: as typed, and as they are compared.
pub(super) fn index_digits(draft: &ContactDraft, numbers: &[ContactNumber]) -> String {
    let typed = draft.phones.iter().map(|phone| digits_of(phone));
    let compared = numbers.iter().map(|number| number.key.digits());
    join(typed.chain(compared).collect())
}

/// What to ask the index for contacts whose names, organisations or numbers hold this text; `None`
/// when there is nothing in it to look for.
pub(super) fn ask_everything(search: &str) -> Option<String> {
    if search.chars().any(char::is_alphabetic) {
        return ask_words(search);
    }
    // Without letters it may be a number, however it is cut into groups.
    let digits = digits_of(search);
    let number = (!digits.is_empty()).then(|| format!("digits : {}", ask_number(&digits)));
    match (ask_names(search), number) {
        (Some(names), Some(number)) => Some(format!("({names}) OR ({number})")),
        (names, number) => names.or(number),
    }
}

/// What to ask the index for contacts whose names or organisations hold this text; `None` when
/// there is nothing in it to look for.
pub(super) fn ask_names(search: &str) -> Option<String> {
    ask_words(search).map(|words| format!("words : ({words})"))
}

/// Every word must be found, in any order.
fn ask_words(search: &str) -> Option<String> {
    let asked: Vec<String> = words_of(search).iter().map(|word| ask_word(word)).collect();
    (!asked.is_empty()).then(|| asked.join(" AND "))
}

fn ask_word(word: &str) -> String {
    match spell_out(word) {
        Some(spelled_out) => format!("({} OR {})", phrase(word), phrase(&spelled_out)),
        None => phrase(word),
    }
}

/// A national zero is not part of the international number.
fn ask_number(digits: &str) -> String {
    let international = digits.trim_start_matches('0');
    if international.len() < digits.len() && international.len() >= TRIGRAM {
        format!("({} OR {})", phrase(digits), phrase(international))
    } else {
        phrase(digits)
    }
}

/// A short word as the beginning of one, a longer one as a part. Words hold letters and digits
/// only, so there is nothing to escape.
fn phrase(word: &str) -> String {
    let begins = match word.chars().count() {
        1 => WORD_BEGINS,
        2 => " ",
        _ => "",
    };
    format!("\"{begins}{word}\"")
}

/// Runs of letters and digits in lower case; a character of a script without blanks between words
/// is a word of its own.
fn words_of(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for character in text.chars().flat_map(char::to_lowercase) {
        let place = words.len() - 1;
        if is_ideograph(character) {
            words.extend([character.to_string(), String::new()]);
        } else if character.is_alphanumeric() {
            words[place].push(character);
        } else if !is_combining_mark(character) && !words[place].is_empty() {
            words.push(String::new());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn is_ideograph(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// The accents of letters that came in pieces; the index has no accents.
fn is_combining_mark(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}')
}

/// How a word with umlauts is written without them; none for words that have none. The index
/// itself takes an umlaut for the letter without its dots.
fn spell_out(word: &str) -> Option<String> {
    let mut spelled_out = String::with_capacity(word.len() + 2);
    for character in word.chars() {
        match character {
            'ä' | 'æ' => spelled_out.push_str("ae"),
            'ö' | 'ø' | 'œ' => spelled_out.push_str("oe"),
            'ü' => spelled_out.push_str("ue"),
            'å' => spelled_out.push_str("aa"),
            'ß' => spelled_out.push_str("ss"),
            _ => spelled_out.push(character),
        }
    }
    (spelled_out != word).then_some(spelled_out)
}

fn digits_of(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

fn join(mut words: Vec<String>) -> String {
    words.sort_unstable();
    words.dedup();
    words.retain(|word| !word.is_empty());
    words.iter().fold(String::new(), |mut text, word| {
        // Writing to a text cannot fail.
        let _ = write!(text, "{WORD_BEGINS}{word}");
        text
    })
}

#[cfg(test)]
mod tests {
    use offhook_core::identify::Level;
    use offhook_core::number::NumberKey;

    use super::*;

    #[test]
    fn words_are_cut_and_folded() {
        for (text, words) in [
            ("", ""),
            (" . & ", ""),
            ("Anna Lopez", "  anna  lopez"),
            (
                "MÜLLER-Lüdenscheidt & Co. KG",
                "  co  kg  lüdenscheidt  müller  luedenscheidt  mueller",
            ),
            ("1&1 1", "  1"),
            ("O'Brien", "  brien  o"),
            ("Mu\u{308}ller", "  muller"),
            ("王伟明", "  伟  明  王"),
        ] {
            let draft = ContactDraft {
                name: text.to_owned(),
                ..ContactDraft::default()
            };
            let mut expected: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
            expected.sort();
            assert_eq!(index_words(&draft), join(expected), "{text}");
        }
    }

    #[test]
    fn numbers_are_there_as_typed_and_as_compared() {
        let draft = ContactDraft {
            phones: vec!["+49 30 23125741".to_owned(), "030/23125742".to_owned()],
            ..ContactDraft::default()
        };
        let number = |key| ContactNumber {
            key: NumberKey(key),
            level: Level::Known,
        };
        let digits = index_digits(
            &draft,
            &[
                number(493_023_125_741),
                number(493_023_125_742),
                number(-112),
            ],
        );
        assert_eq!(digits, "  03023125742  12  493023125741  493023125742");
    }

    #[test]
    fn questions() {
        for (search, asked) in [
            ("", None),
            ("-", None),
            ("a", Some("\"  a\"")),
            ("An", Some("\" an\"")),
            ("anna lopez", Some("\"anna\" AND \"lopez\"")),
            ("müll", Some("(\"müll\" OR \"muell\")")),
            ("\"x OR y\"", Some("\"  x\" AND \" or\" AND \"  y\"")),
            (
                "030 23",
                Some("(words : (\"030\" AND \" 23\")) OR (digits : (\"03023\" OR \"3023\"))"),
            ),
            ("+49", Some("(words : (\" 49\")) OR (digits : \" 49\")")),
        ] {
            assert_eq!(ask_everything(search).as_deref(), asked, "{search}");
        }
        assert_eq!(ask_names("anna").as_deref(), Some("words : (\"anna\")"));
        assert_eq!(ask_names("030"), Some("words : (\"030\")".to_owned()));
    }
}
