//! Statements that go to the connection's thread together: each by itself is a way there and back,
//! on which whoever waits for it waits behind everything else that wants to run.

use std::sync::Arc;

use offhook_store::StoreError;
use serde::Serialize;
use sqlx::encode::{Encode, IsNull};
use sqlx::error::BoxDynError;
use sqlx::sqlite::{SqliteArguments, SqliteArgumentsBuffer, SqliteTypeInfo};
use sqlx::{Arguments, AssertSqlSafe, Sqlite, SqliteConnection, Type};

use super::store_error;

/// Room for fewer rows is not worth a statement of its own.
const FEWEST_ROWS: usize = 8;
/// No statement has room for more: SQLite takes 32,766 arguments, and to prepare one takes time.
const MOST_ROWS: usize = 256;

/// Statements one after the other, with what they are about. Their arguments have no numbers, which
/// the driver does not count from one statement to the next.
#[derive(Default)]
pub(super) struct Statements {
    text: String,
    arguments: SqliteArguments,
}

/// A row on its way into a table.
pub(super) trait Row {
    /// The names of its columns, with commas between them.
    const COLUMNS: &'static str;

    /// Hands over its columns.
    fn bind_to(self, statements: &mut Statements) -> Result<(), StoreError>;
}

/// A text of a row. The driver makes two allocations of a `&str`, one of this.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(transparent)]
pub(super) struct Text<'a>(pub(super) &'a str);

impl Type<Sqlite> for Text<'_> {
    fn type_info() -> SqliteTypeInfo {
        str::type_info()
    }
}

impl Encode<'_, Sqlite> for Text<'_> {
    fn encode_by_ref(&self, arguments: &mut SqliteArgumentsBuffer) -> Result<IsNull, BoxDynError> {
        Arc::<str>::from(self.0).encode(arguments)
    }
}

/// A row whose fields are the columns of its table. As JSON it is an array, in the order in which
/// they stand here; statements count on it.
macro_rules! row {
    ($(#[$meta:meta])* $name:ident $(<$life:lifetime>)? { $($field:ident: $type:ty,)* }) => {
        $(#[$meta])*
        pub(super) struct $name $(<$life>)? {
            $(pub(super) $field: $type,)*
        }

        impl $(<$life>)? $crate::sqlite::statements::Row for $name $(<$life>)? {
            const COLUMNS: &'static str = stringify!($($field),*);

            fn bind_to(
                self,
                statements: &mut $crate::sqlite::statements::Statements,
            ) -> Result<(), offhook_store::StoreError> {
                $(statements.bind(self.$field)?;)*
                Ok(())
            }
        }

        impl $(<$life>)? serde::Serialize for $name $(<$life>)? {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeTuple;
                const FIELDS: usize = [$(stringify!($field)),*].len();
                let mut row = serializer.serialize_tuple(FIELDS)?;
                $(row.serialize_element(&self.$field)?;)*
                row.end()
            }
        }
    };
}

pub(super) use row;

impl Statements {
    /// Adds a statement, whose arguments are bound next.
    pub(super) fn add(&mut self, statement: &str) {
        if !self.text.is_empty() {
            self.text.push_str("; ");
        }
        self.text.push_str(statement);
    }

    /// Binds the next argument.
    pub(super) fn bind<'t, T>(&mut self, value: T) -> Result<(), StoreError>
    where
        T: Encode<'t, Sqlite> + Type<Sqlite>,
    {
        let bound = self.arguments.add(value);
        bound.map_err(|error| StoreError::Internal(error.to_string()))
    }

    /// Runs them, up to the first that fails.
    pub(super) async fn run(self, connection: &mut SqliteConnection) -> sqlx::Result<()> {
        sqlx::query_with(AssertSqlSafe(self.text), self.arguments)
            .execute(connection)
            .await?;
        Ok(())
    }
}

/// Inserts many rows `into` a table (`"OR IGNORE INTO event"`), their columns handed over as they are.
/// Each statement has room for some more, which are null and passed over: so few texts are prepared,
/// however many rows come together.
pub(super) async fn insert<R: Row>(
    connection: &mut SqliteConnection,
    into: &str,
    rows: Vec<R>,
) -> Result<(), StoreError> {
    let columns = R::COLUMNS;
    let width = columns.split(',').count();
    let places = format!("({})", vec!["?"; width].join(","));
    let mut rows = rows.into_iter();
    while rows.len() > 0 {
        let count = rows.len().min(MOST_ROWS);
        let room = count.next_power_of_two().max(FEWEST_ROWS);
        let mut statements = Statements::default();
        statements.add(&format!(
            "INSERT {into} ({columns}) \
             SELECT * FROM (VALUES {}) WHERE column1 IS NOT NULL",
            vec![places.as_str(); room].join(",")
        ));
        for row in rows.by_ref().take(count) {
            row.bind_to(&mut statements)?;
        }
        for _ in count * width..room * width {
            statements.bind(None::<i64>)?;
        }
        statements.run(connection).await.map_err(store_error)?;
    }
    Ok(())
}
