//! Finding numbers in free text.

use std::collections::HashSet;

use super::{Country, NumberKey, key::FEWEST_DIGITS};

/// Nothing longer is a number: E.164 ends at 15 digits, a few prefixes may be before them.
const MOST_DIGITS: usize = 18;
/// More than this without being valid is several numbers or none.
const MOST_UNSURE: usize = 15;

/// The numbers in a text, each once, in the order of appearance.
///
/// Numbers are runs of digits with blanks, `-`, `(`, `)`, `/` between them, as Zammad scans
/// (facts/zammad-cti.md 4.3), at least six digits long. Where Zammad reads badly we differ:
///
/// - `+` begins a number, a vertical bar ends one, dots join digits that make a valid number;
/// - two numbers with nothing but a line break, a blank or a slash between them are two;
/// - dates, and digits that are part of a word (UUIDs, IBANs), are none;
/// - nothing longer than a number can be is cut into pieces that look like numbers.
pub fn extract(text: &str, country: Country) -> Vec<NumberKey> {
    let mut found = Found {
        country,
        keys: Vec::new(),
        seen: HashSet::new(),
    };
    for run in runs(text) {
        for part in dated_parts(run) {
            for piece in pieces(part) {
                found.piece(piece);
            }
        }
    }
    found.keys
}

struct Found {
    country: Country,
    keys: Vec<NumberKey>,
    seen: HashSet<NumberKey>,
}

impl Found {
    fn add(&mut self, key: NumberKey) {
        if self.seen.insert(key) {
            self.keys.push(key);
        }
    }

    /// One number, or several with blanks between them.
    fn piece(&mut self, piece: &str) {
        if piece.matches('/').count() > 1 {
            return;
        }
        let mut rest = piece;
        loop {
            let length = count_digits(rest);
            let whole = self.read(rest);
            match whole {
                Some(key) if key.0 > 0 => return self.add(key),
                _ if length < FEWEST_DIGITS => return,
                _ => {}
            }
            if let Some((key, behind)) = self.first_of_several(rest) {
                self.add(key);
                rest = behind;
            } else if rest.contains('.') {
                return rest.split('.').for_each(|part| self.piece(part));
            } else {
                if let Some(key) = whole.filter(|_| length <= MOST_UNSURE) {
                    self.add(key);
                }
                return;
            }
        }
    }

    /// Splits before a word that begins a number of its own, if what is before it is valid. Such
    /// a word begins with a zero; with any digit, when all is too long to be one number.
    fn first_of_several<'a>(&self, text: &'a str) -> Option<(NumberKey, &'a str)> {
        let too_long = count_digits(text) > MOST_UNSURE;
        text.char_indices()
            .zip(text.chars().skip(1))
            .filter(|((_, before), after)| {
                let begins = *after == '0' || (too_long && after.is_ascii_digit());
                begins && (before.is_whitespace() || *before == '/')
            })
            .map(|((place, before), _)| text.split_at(place + before.len_utf8()))
            .take_while(|(before, _)| count_digits(before) <= MOST_DIGITS)
            .filter(|(_, behind)| count_digits(behind) >= FEWEST_DIGITS)
            .find_map(|(before, behind)| {
                let key = self.read(before).filter(|key| key.0 > 0)?;
                Some((key, behind))
            })
    }

    fn read(&self, text: &str) -> Option<NumberKey> {
        let length = count_digits(text);
        if !(FEWEST_DIGITS..=MOST_DIGITS).contains(&length) {
            return None;
        }
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let key = NumberKey::resolve(text.contains('+'), &digits, self.country)?;
        // A zero behind the calling code is gone by now.
        (key.digits().len() >= FEWEST_DIGITS).then_some(key)
    }
}

/// How many digits there are, counted only as far as it matters.
fn count_digits(text: &str) -> usize {
    let digits = text.bytes().filter(u8::is_ascii_digit);
    digits.take(MOST_DIGITS + 1).count()
}

/// Runs of the signs of a number, without those that belong to a word.
fn runs(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let begin = rest.find(|c: char| c.is_ascii_digit() || c == '+')?;
            // The brackets and signs that led here belong to the run, they tell words apart.
            let lead = rest[..begin].trim_end_matches(is_joint).len();
            let before = &text[..text.len() - rest.len() + lead];
            let run = &rest[lead..];
            let end = end_of_run(run);
            let (run, behind) = run.split_at(end);
            rest = behind;
            if !in_word(before, run, behind) {
                return Some(run);
            }
        }
    })
}

fn is_joint(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '-' | '(' | ')' | '/' | '\u{2010}'..='\u{2015}' | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}')
}

fn end_of_run(run: &str) -> usize {
    let mut after_digit = false;
    for (place, c) in run.char_indices() {
        let goes_on = match c {
            '0'..='9' | '+' => true,
            '.' => {
                let next = run[place + 1..].chars().next();
                after_digit && next.is_some_and(|c| c.is_ascii_digit())
            }
            c => is_joint(c),
        };
        if !goes_on {
            return place;
        }
        after_digit = c.is_ascii_digit();
    }
    run.len()
}

/// Words like `Tel` and `Telefon`, glued to a number, do not spoil it.
const SHORTEST_LABEL: usize = 3;
const LONGEST_LABEL: usize = 24;

/// Whether the digits of a run are part of a word, an address or an account number.
fn in_word(before: &str, run: &str, behind: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let lead = run.trim_start_matches(['-', '/']);
    let begins_with_digit = lead.starts_with(|c: char| c.is_ascii_digit());
    if begins_with_digit && before.ends_with(is_word) {
        let mut word = (before.chars().rev())
            .take(LONGEST_LABEL)
            .take_while(|c| is_word(*c) || *c == '-');
        let letters = word.by_ref().take_while(|c| c.is_alphabetic()).count();
        let is_label = letters >= SHORTEST_LABEL && word.next().is_none();
        if !is_label || run.starts_with('/') {
            return true;
        }
    }
    let mut follows = behind.chars();
    match follows.next() {
        // An extension, as in `555 1234567x89`.
        Some('x' | 'X') => !follows.next().is_some_and(|c| c.is_ascii_digit()),
        Some(c) => is_word(c) && run.ends_with(|c: char| c.is_ascii_digit()),
        None => false,
    }
}

/// What is left of a run when dates are taken out.
fn dated_parts(run: &str) -> impl Iterator<Item = &str> {
    let mut rest = run;
    let mut done = false;
    std::iter::from_fn(move || {
        if done {
            return None;
        }
        let base = rest;
        let date = words(base).find(|(_, word)| is_date(word));
        let Some((place, word)) = date else {
            done = true;
            return Some(base);
        };
        rest = &base[place + word.len()..];
        Some(&base[..place])
    })
}

/// The words of a text with their places.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut place = 0;
    text.split_inclusive(char::is_whitespace).map(move |word| {
        let begin = place;
        place += word.len();
        (begin, word.trim_end())
    })
}

/// `2021-03-04`, `04.03.2021`, `4/3/21`: three groups of the right size.
fn is_date(word: &str) -> bool {
    let word = word.trim_matches(['(', ')']);
    ['-', '.', '/'].into_iter().any(|separator| {
        let mut groups = word.split(separator);
        let (Some(a), Some(b), Some(c), None) =
            (groups.next(), groups.next(), groups.next(), groups.next())
        else {
            return false;
        };
        let digits = [a, b, c]
            .iter()
            .all(|group| group.bytes().all(|byte| byte.is_ascii_digit()));
        let up_to = |group: &str, most: u32| {
            (1..=2).contains(&group.len())
                && group
                    .parse::<u32>()
                    .is_ok_and(|value| (1..=most).contains(&value))
        };
        let year_first = a.len() == 4 && up_to(b, 12) && up_to(c, 31);
        let year_last = matches!(c.len(), 2 | 4)
            && ((up_to(a, 31) && up_to(b, 12)) || (up_to(a, 12) && up_to(b, 31)));
        digits && (year_first || year_last)
    })
}

/// Splits where a number surely begins: at a plus, at an empty line, at a line break or slash
/// between two numbers.
fn pieces(part: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut ahead = part.bytes().filter(u8::is_ascii_digit).count();
    let (mut begin, mut digits, mut line_is_empty) = (0, 0, false);
    for (place, c) in part.char_indices() {
        let splits = match c {
            '+' => true,
            '\n' => line_is_empty || (digits >= FEWEST_DIGITS && ahead >= FEWEST_DIGITS),
            '/' => {
                let behind = part[place + 1..].trim_start();
                digits >= FEWEST_DIGITS && behind.starts_with(['0', '+'])
            }
            _ => false,
        };
        if splits {
            pieces.push(&part[begin..place]);
            begin = if c == '/' { place + 1 } else { place };
            digits = 0;
        }
        if c.is_ascii_digit() {
            digits += 1;
            ahead -= 1;
        }
        line_is_empty = c == '\n' || (line_is_empty && c.is_whitespace());
    }
    pieces.push(&part[begin..]);
    pieces
}

#[cfg(test)]
mod tests;
