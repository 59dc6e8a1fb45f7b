use std::collections::VecDeque;

use offhook_core::UnixMillis;

use super::{Dialling, NotDialled, Originate, Told, Trouble};

/// So many may be under way on one PBX; nobody clicks so fast.
const MOST: usize = 64;
/// A PBX rings the phone for at most this long.
pub(crate) const RING_SECONDS: i64 = 30;
/// After so long without an end, there will be none to be heard of.
const LIFE_SECONDS: i64 = RING_SECONDS + 15;

/// The orders that are under way: each is told of in the order that [`Dialling`] says, ends once,
/// and is forgotten then.
#[derive(Debug, Default)]
pub(crate) struct Orders {
    /// Oldest first.
    running: VecDeque<Order>,
    told: VecDeque<Told>,
}

#[derive(Debug)]
struct Order {
    id: String,
    stage: Stage,
    until: UnixMillis,
    /// Why it probably comes to nothing.
    suspected: Option<NotDialled>,
}

/// How far an order got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Sent,
    Taken,
    Rings,
}

impl Orders {
    /// Begins one; false when there are too many already, which is told of.
    pub(crate) fn begin(&mut self, order: &Originate, now: UnixMillis) -> bool {
        let full = self.running.len() >= MOST;
        if full {
            let text = "too many calls are being dialled at once".to_owned();
            let trouble = Trouble::Refused;
            self.say(&order.id, Dialling::Failed(NotDialled { trouble, text }));
        } else {
            self.running.push_back(Order {
                id: order.id.clone(),
                stage: Stage::Sent,
                until: now.plus_seconds(LIFE_SECONDS),
                suspected: None,
            });
        }
        !full
    }

    /// How many are under way.
    pub(crate) fn len(&self) -> usize {
        self.running.len()
    }

    /// The oldest one that the PBX has not answered yet.
    pub(crate) fn unanswered(&self) -> Option<&str> {
        let mut orders = self.running.iter();
        let order = orders.find(|order| order.stage == Stage::Sent)?;
        Some(&order.id)
    }

    pub(crate) fn taken(&mut self, id: &str) {
        self.reach(id, Stage::Taken, Dialling::Taken);
    }

    pub(crate) fn rings(&mut self, id: &str) {
        self.reach(id, Stage::Rings, Dialling::Rings);
    }

    fn reach(&mut self, id: &str, stage: Stage, said: Dialling) {
        let mut orders = self.running.iter_mut();
        let order = orders.find(|order| order.id == id && order.stage < stage);
        if let Some(order) = order {
            order.stage = stage;
            self.say(id, said);
        }
    }

    pub(crate) fn picked_up(&mut self, id: &str, call: &str) {
        if self.take(id).is_some() {
            let call = call.to_owned();
            self.say(id, Dialling::PickedUp { call });
        }
    }

    /// Should it come to nothing, then because of this.
    pub(crate) fn suspect(&mut self, id: &str, trouble: Trouble, text: &str) {
        let mut orders = self.running.iter_mut();
        if let Some(order) = orders.find(|order| order.id == id) {
            let text = text.to_owned();
            order.suspected = Some(NotDialled { trouble, text });
        }
    }

    /// It came to nothing: for what was suspected, if anything was, else for this.
    pub(crate) fn failed(&mut self, id: &str, trouble: Trouble, text: &str) {
        if let Some(order) = self.take(id) {
            let text = text.to_owned();
            let why = order.suspected.unwrap_or(NotDialled { trouble, text });
            self.say(id, Dialling::Failed(why));
        }
    }

    /// It came to nothing if that is what was suspected of it.
    pub(crate) fn failed_as_suspected(&mut self, id: &str) {
        let mut orders = self.running.iter();
        if orders.any(|order| order.id == id && order.suspected.is_some()) {
            self.failed(id, Trouble::NoAnswer, "");
        }
    }

    /// The connection is gone: nothing more will be heard of any.
    pub(crate) fn closed(&mut self) {
        while let Some(order) = self.running.front() {
            let id = order.id.clone();
            self.failed(&id, Trouble::Silent, "the connection broke");
        }
    }

    /// Gives up those whose time is over.
    pub(crate) fn poll(&mut self, now: UnixMillis) {
        while let Some(order) = self.running.front().filter(|order| order.until <= now) {
            let id = order.id.clone();
            self.failed(&id, Trouble::Silent, "");
        }
    }

    /// When [`poll`](Self::poll) has something to do.
    pub(crate) fn due(&self) -> Option<UnixMillis> {
        self.running.front().map(|order| order.until)
    }

    pub(crate) fn next(&mut self) -> Option<Told> {
        self.told.pop_front()
    }

    fn take(&mut self, id: &str) -> Option<Order> {
        let place = self.running.iter().position(|order| order.id == id)?;
        self.running.remove(place)
    }

    fn say(&mut self, id: &str, said: Dialling) {
        let id = id.to_owned();
        self.told.push_back(Told::Dialling { id, said });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(seconds: i64) -> UnixMillis {
        UnixMillis(seconds * 1000)
    }

    fn order(id: &str) -> Originate {
        let text = String::new;
        Originate {
            id: id.to_owned(),
            channel: text(),
            context: text(),
            number: text(),
            phone: text(),
        }
    }

    fn told(orders: &mut Orders) -> Vec<String> {
        let short = |told| match told {
            Told::Dialling { id, said } => match said {
                Dialling::Taken => format!("{id} taken"),
                Dialling::Rings => format!("{id} rings"),
                Dialling::PickedUp { call } => format!("{id} up {call}"),
                Dialling::Failed(why) => format!("{id} {:?} {}", why.trouble, why.text),
            },
            other => panic!("{other:?}"),
        };
        std::iter::from_fn(|| orders.next()).map(short).collect()
    }

    #[test]
    fn nothing_is_said_twice_and_nothing_after_the_end() {
        let mut orders = Orders::default();
        assert!(orders.begin(&order("a"), at(0)) && orders.begin(&order("b"), at(1)));
        assert_eq!(orders.unanswered(), Some("a"));
        orders.taken("a");
        assert_eq!(orders.unanswered(), Some("b"));
        orders.rings("a");
        orders.rings("a");
        orders.taken("a");
        orders.suspect("a", Trouble::Busy, "17");
        orders.picked_up("a", "1.1");
        orders.failed("a", Trouble::NoAnswer, "");
        orders.suspect("b", Trouble::Busy, "17");
        orders.failed("b", Trouble::NoAnswer, "19");
        orders.rings("b");
        orders.picked_up("c", "1.2");
        let expected = ["a taken", "a rings", "a up 1.1", "b Busy 17"];
        assert_eq!(
            (told(&mut orders), orders.len()),
            (expected.map(str::to_owned).to_vec(), 0)
        );
    }

    #[test]
    fn suspicion_alone_is_no_end() {
        let mut orders = Orders::default();
        orders.begin(&order("a"), at(0));
        orders.failed_as_suspected("a");
        assert_eq!(told(&mut orders), [""; 0]);
        orders.suspect("a", Trouble::Unreachable, "20");
        assert_eq!(told(&mut orders), [""; 0]);
        orders.failed_as_suspected("a");
        assert_eq!(told(&mut orders), ["a Unreachable 20"]);
    }

    #[test]
    fn what_is_never_heard_of_again_ends_all_the_same() {
        let mut orders = Orders::default();
        orders.begin(&order("a"), at(0));
        orders.begin(&order("b"), at(10));
        assert_eq!(orders.due(), Some(at(45)));
        orders.poll(at(44));
        assert_eq!(told(&mut orders), [""; 0]);
        orders.poll(at(45));
        assert_eq!(told(&mut orders), ["a Silent "]);
        orders.closed();
        assert_eq!(told(&mut orders), ["b Silent the connection broke"]);
        assert_eq!((orders.due(), orders.len()), (None, 0));
    }

    #[test]
    fn there_are_never_too_many() {
        let mut orders = Orders::default();
        for place in 0..MOST {
            assert!(orders.begin(&order(&place.to_string()), at(0)));
        }
        assert!(!orders.begin(&order("more"), at(0)));
        assert_eq!(orders.len(), MOST);
        assert!(told(&mut orders)[0].starts_with("more Refused too many"));
    }

    proptest! {
        #[test]
        fn each_ends_once_whatever_is_heard(news in prop::collection::vec((0..4_u8, 0..6_u8), 0..60)) {
            let mut orders = Orders::default();
            for id in ["0", "1", "2"] {
                orders.begin(&order(id), at(0));
            }
            for (id, news) in news {
                let id = &id.to_string();
                match news {
                    0 => orders.taken(id),
                    1 => orders.rings(id),
                    2 => orders.picked_up(id, "call"),
                    3 => orders.suspect(id, Trouble::Busy, ""),
                    4 => orders.failed_as_suspected(id),
                    _ => orders.failed(id, Trouble::NoAnswer, ""),
                }
            }
            orders.closed();
            let told = told(&mut orders);
            for id in ["0", "1", "2"] {
                let rank = |told: &String| {
                    let word = told.strip_prefix(id)?.trim_start();
                    Some(["taken", "rings"].iter().position(|said| *said == word).unwrap_or(2))
                };
                let ranks: Vec<usize> = told.iter().filter_map(rank).collect();
                prop_assert!(ranks.is_sorted_by(|one, two| one < two), "{told:?}");
                prop_assert_eq!(ranks.last(), Some(&2));
            }
            prop_assert!(told.iter().all(|told| !told.starts_with('3')));
            prop_assert_eq!(orders.len(), 0);
        }
    }
}
