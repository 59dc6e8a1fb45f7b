use anyhow::{Context, Result};
use clap::Subcommand;
use offhook_core::access::{Permission, Role};
use offhook_engine::access::Passwords;
use offhook_engine::clock::{Clock, SystemClock};
use offhook_engine::store::{AccountStore, NewUser, User, UserChange};
use offhook_engine::text::{full_line, line, user_phones};

use super::{block_on, password, store};
use crate::config::PlaceOptions;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make a user; asks for a password at a terminal
    Add {
        /// What the user signs in with
        login: String,
        /// agent or admin
        #[arg(long, value_parser = role)]
        role: Role,
        /// Full name
        #[arg(long, default_value = "")]
        name: String,
        /// E-mail address
        #[arg(long, default_value = "")]
        email: String,
        /// Own number or extension; may repeat
        #[arg(long = "phone", value_name = "NUMBER")]
        phones: Vec<String>,
        /// What the user may do beyond the role (dial); may repeat
        #[arg(long = "permission", value_name = "WORD", value_parser = permission)]
        permissions: Vec<Permission>,
        /// Read the password from standard input
        #[arg(long)]
        password_stdin: bool,
    },
    /// Show the users
    List,
    /// Set a user's password
    Passwd {
        /// Whose
        login: String,
        /// Read the password from standard input
        #[arg(long)]
        password_stdin: bool,
    },
    /// Keep a user out, at once
    Disable {
        /// Whom
        login: String,
    },
    /// Let a user in again
    Enable {
        /// Whom
        login: String,
    },
}

fn permission(text: &str) -> Result<Permission, String> {
    Permission::from_word(text).ok_or_else(|| "must be dial".to_owned())
}

fn role(text: &str) -> Result<Role, String> {
    Role::from_word(text).ok_or_else(|| "must be agent or admin".to_owned())
}

pub(super) fn run(command: Command, place: &PlaceOptions) -> Result<()> {
    block_on(async {
        let (store, _) = store::open(place).await?;
        match command {
            Command::Add {
                login,
                role,
                name,
                email,
                phones,
                permissions,
                password_stdin,
            } => {
                let (login, name) = (full_line("login", &login)?, line("name", &name)?);
                let (email, phones) = (line("email", &email)?, user_phones(&phones)?);
                let password = password::read(password_stdin, "password")?;
                let password_hash = Some(Passwords::default().hash(password).await?);
                let new = NewUser {
                    login,
                    name,
                    email,
                    phones,
                    role,
                    permissions,
                    active: true,
                    password_hash,
                };
                let user = store
                    .add_user(&new, SystemClock.now())
                    .await
                    .with_context(|| format!("{} was not made", new.login))?;
                println!("{}\t{}", user.id, user.login);
            }
            Command::List => {
                for user in store.users().await? {
                    println!("{}", listed(&user));
                }
            }
            Command::Passwd {
                login,
                password_stdin,
            } => {
                let user = find(&store, &login).await?;
                let password = password::read(password_stdin, "password")?;
                let password_hash = Some(Passwords::default().hash(password).await?);
                change(
                    &store,
                    &user,
                    UserChange {
                        password_hash,
                        ..UserChange::default()
                    },
                )
                .await?;
            }
            Command::Disable { login } => {
                let user = find(&store, &login).await?;
                let disabled = UserChange {
                    active: Some(false),
                    ..UserChange::default()
                };
                change(&store, &user, disabled).await?;
            }
            Command::Enable { login } => {
                let user = find(&store, &login).await?;
                let enabled = UserChange {
                    active: Some(true),
                    ..UserChange::default()
                };
                change(&store, &user, enabled).await?;
            }
        }
        store.close().await?;
        Ok(())
    })
}

/// id, login, role, state, name, e-mail, phones: for people and `cut`.
fn listed(user: &User) -> String {
    [
        user.id.to_string(),
        user.login.clone(),
        user.role.as_str().to_owned(),
        if user.active { "active" } else { "disabled" }.to_owned(),
        user.name.clone(),
        user.email.clone(),
        user.phones.join(", "),
    ]
    .join("\t")
}

/// A user by login in any case.
pub(super) async fn find(store: &impl AccountStore, login: &str) -> Result<User> {
    let users = store.users().await?;
    let found = users
        .into_iter()
        .find(|user| user.login.eq_ignore_ascii_case(login.trim()));
    found.with_context(|| format!("there is no user {login}: see offhook user list"))
}

async fn change(store: &impl AccountStore, user: &User, change: UserChange) -> Result<()> {
    let changed = store
        .update_user(user.id, None, &change)
        .await
        .with_context(|| format!("{} was not changed", user.login))?;
    changed.with_context(|| format!("{} is gone meanwhile", user.login))?;
    Ok(())
}
