use anyhow::{Context, Result, bail};
use clap::Subcommand;
use offhook_engine::access::{hash_token, new_token};
use offhook_engine::clock::{Clock, SystemClock};
use offhook_engine::store::AccountStore;

use super::{block_on, store, user};
use crate::config::PlaceOptions;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make a token for a user; prints the token alone
    New {
        /// Whose rights it has
        login: String,
        /// What it is for
        #[arg(long, value_name = "LABEL", default_value = "")]
        name: String,
    },
    /// Show the tokens, without the tokens themselves
    List,
    /// Take a token away, at once
    Revoke {
        /// Its label or id
        token: String,
    },
}

pub(super) fn run(command: Command, place: &PlaceOptions) -> Result<()> {
    block_on(async {
        let (store, _) = store::open(place).await?;
        match command {
            Command::New { login, name } => {
                let user = user::find(&store, &login).await?;
                let token = new_token();
                let hash = hash_token(&token.0);
                store
                    .add_token(user.id, name.trim(), hash, SystemClock.now())
                    .await?;
                println!("{}", token.0);
            }
            Command::List => {
                let users = store.users().await?;
                for (_, token) in store.tokens().await? {
                    let login = users.iter().find(|user| user.id == token.user_id);
                    let login = login.map_or("?", |user| &user.login);
                    println!("{}\t{login}\t{}", token.id, token.label);
                }
            }
            Command::Revoke { token: wanted } => {
                let tokens = store.tokens().await?;
                let tokens = || tokens.iter().map(|(_, token)| token);
                // A label may look like an id, which is one token's alone.
                let fitting: Vec<_> = match tokens().find(|token| token.id.to_string() == wanted) {
                    Some(named) => vec![named],
                    None => tokens().filter(|token| token.label == wanted).collect(),
                };
                match fitting.as_slice() {
                    [] => bail!("there is no token {wanted}: see offhook token list"),
                    [token] => {
                        store
                            .revoke_token(token.id)
                            .await
                            .context("it was not revoked")?;
                    }
                    _ => bail!("several tokens are called {wanted}: name one by its id"),
                }
            }
        }
        store.close().await?;
        Ok(())
    })
}
