//! The suite: what every engine must do, as tests.
//!
//! An engine says how it is opened ([`Engine`]) and runs them all with
//! [`contract_tests!`](crate::contract_tests). Each test has a fresh database.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

pub mod accounts;
pub mod call_search;
pub mod contact_search;
pub mod contacts;
pub mod conversations;
pub mod correlation;
pub mod dealing;
pub mod faults;
pub mod forwards;
pub mod listing;
pub mod order;
pub mod own;
mod paging;
pub mod replays;
pub mod requests;
pub mod rules;
mod said;
pub mod sessions;
pub mod settings;
pub mod sight;
pub mod sources;
pub mod texts;
pub mod together;
pub mod upkeep;

use std::future::Future;
use std::sync::Arc;

use crate::{AccountStore, CallStore, ContactStore, ForwardStore, RequestStore, SourceStore};

/// An engine under test, with one database that starts out empty.
pub trait Engine: Send + Sync {
    /// What keeps calls, sources, users and contacts.
    type Store: CallStore + SourceStore + AccountStore + ContactStore + ForwardStore + 'static;
    /// What keeps recorded requests.
    type Requests: RequestStore + 'static;

    /// An engine with a fresh database.
    fn fresh() -> impl Future<Output = Self> + Send;

    /// A handle on the database; one more each time, of which only one may take events in.
    fn open(&self) -> impl Future<Output = Self::Store> + Send;

    /// The handles of two servers on one database; of an engine that has but one server the same one
    /// twice.
    fn two(&self) -> impl Future<Output = (Arc<Self::Store>, Arc<Self::Store>)> + Send;

    /// Gives a handle back, as when the server ends.
    fn close(&self, store: Self::Store) -> impl Future<Output = ()> + Send;

    /// A handle on the recorded requests.
    fn open_requests(&self) -> impl Future<Output = Self::Requests> + Send;

    /// Runs a statement by hand, behind the store's back.
    fn meddle(&self, statement: &'static str) -> impl Future<Output = ()> + Send;

    /// Does what the server does after it deleted something, so that it is gone.
    fn settle(&self, store: &Self::Store) -> impl Future<Output = ()> + Send;

    /// Whether a text stands anywhere in the engine's files.
    fn holds(&self, text: &str) -> bool;
}

/// Makes a test of every rule of the contract, for an [`Engine`].
#[macro_export]
macro_rules! contract_tests {
    ($engine:ty) => {
        $crate::contract_tests! { @tests $engine;
            correlation {
                new_call_again_while_it_rings
                new_call_again_while_they_talk
                new_call_again_within_a_minute_after_the_end
                new_call_again_from_somebody_else
                new_call_again_after_a_minute
                a_retry_gets_the_first_decision
                a_reused_id_means_the_newest_call
                an_answer_within_a_day
                an_answer_after_a_day
                a_hangup_within_a_day
                an_answer_and_a_hangup_of_an_unknown_id
                without_a_direction
                a_direction_that_disagrees
                new_calls_without_an_id
                new_calls_without_an_id_or_a_number
                an_answer_and_a_hangup_without_an_id
                an_outbound_call_without_an_id
                sources_do_not_mix
                one_id_for_every_call
            }
            order {
                any_order_is_one_call
                one_batch_or_many
                the_revision_rises_with_every_change
                a_second_hangup
                a_true_hangup_after_lost
                a_blocked_call
                a_call_that_repeats_itself
                before_says_what_it_was
            }
            rules {
                are_kept_whatever_happens
            }
            replays {
                a_batch_again
                an_event_twice_in_a_batch
                after_the_call_is_forgotten
                the_newest_is_known_at_the_start
                of_several_calls_of_one_id
                without_an_id
                a_rehearsal_keeps_nothing
                an_empty_batch
            }
            texts {
                odd_texts
                every_field
            }
            conversations {
                legs_are_kept
                transfers
                joined_calls
                joined_calls_after_a_crash
            }
            forwards {
                told_bit_by_bit
                given_up_and_tried_again
                internal_calls_wait
            }
            dealing {
                done_and_open_again
                done_is_all_or_none
                done_stays_when_events_come
                notes
                notes_about_numbers
                unknown_calls
            }
            listing {
                each_filter
                filters_together
                counting
                callers
                pages_have_no_gaps
                calls_of_one_moment
                by_id
            }
            call_search {
                searching
                queues_in_any_case
            }
            own {
                what_one_took_part_in_and_missed
                own_calls_among_many
            }
            sight {
                pages_hold_what_one_may_see
                the_last_call_in_sight_of_each_number
                out_of_sight
            }
            upkeep {
                silent_calls
                forgetting
                pruning
                what_is_pruned_is_gone
                what_is_pruned_stays_so_after_a_crash
                ids_are_not_used_again
                numbers_read_anew
                numbers_that_change
            }
            together {
                two_handles_on_one_call
                many_tasks
                done_from_two_sides
                reading_while_writing
            }
            faults {
                a_restart
                corrupt_calls
                corrupt_events
                corrupt_others
            }
            sources {
                added_and_changed
                a_name_is_taken_in_any_case
                a_token_is_taken
                a_stale_change
                rotating
                deleting
                every_change_raises_the_revision
            }
            settings {
                defaults
                kept
                a_stale_change
                the_revision_is_seen_elsewhere
                another_country_is_another_version_of_keys
            }
            accounts {
                ids_begin_at_a_million
                who_is_deleted_is_gone
                the_first_one
                added_and_changed
                a_change_may_expect_a_revision
                a_login_is_taken_in_any_case
                the_last_administrator
                deleting
                every_change_raises_the_revision
            }
            sessions {
                begun_extended_and_ended
                ended_by_a_new_password
                ended_by_disabling
                tokens
                gone_with_their_user
            }
            contacts {
                added_and_changed
                a_stale_change
                deleting
                merging
                phones_in_ranges
                who_is_it
                many_at_once
                what_is_deleted_is_gone
            }
            contact_search {
                words_and_parts_of_them
                digits
                changed_contacts
                pages
                their_numbers
                like_a_plain_search
            }
            requests {
                kept_and_listed
                one
                activity
                filters
                pages
                pruning
            }
        }
    };
    (@tests $engine:ty; $($module:ident { $($test:ident)* })*) => {
        $(
            mod $module {
                use super::*;

                $(
                    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                    async fn $test() {
                        let engine = <$engine as $crate::contract::Engine>::fresh().await;
                        $crate::contract::$module::$test(&engine).await;
                    }
                )*
            }
        )*
    };
}
