//! Both engines end in the same tables and columns.
#![expect(clippy::unwrap_used, reason = "a test ends at its first surprise")]

use std::collections::BTreeMap;

use sqlx::{Connection, PgConnection, SqliteConnection};
use testkit::TestDb;

/// Table and column to whether it can be null and its kind, in words that both engines share.
type Columns = BTreeMap<(String, String), (bool, &'static str)>;

async fn sqlite_columns(url: &str) -> Columns {
    let mut connection = SqliteConnection::connect(url).await.unwrap();
    let rows: Vec<(String, String, String, bool)> = sqlx::query_as(
        "select m.name, c.name, lower(c.type), c.\"notnull\" = 0
         from sqlite_schema m join pragma_table_info(m.name) c
         where m.type = 'table' and m.name not like '\\_%' escape '\\' and m.name not like 'sqlite%'",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    rows.into_iter()
        .map(|(table, column, kind, null)| ((table, column), (null, shared(&kind))))
        .collect()
}

async fn postgres_columns(url: &str) -> Columns {
    let mut connection = PgConnection::connect(url).await.unwrap();
    let rows: Vec<(String, String, String, bool)> = sqlx::query_as(
        "select table_name::text, column_name::text, data_type::text, is_nullable = 'YES'
         from information_schema.columns where table_schema = 'public' and table_name not like '\\_%'",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    rows.into_iter()
        .map(|(table, column, kind, null)| ((table, column), (null, shared(&kind))))
        .collect()
}

fn shared(kind: &str) -> &'static str {
    match kind {
        "blob" | "bytea" | "uuid" => "bytes",
        "text" => "text",
        "bigint" => "integer",
        other => panic!("{other} is a type that not both engines have"),
    }
}

#[tokio::test]
#[ignore = "needs PostgreSQL: run scripts/test"]
async fn both_engines_end_in_the_same_tables_and_columns() {
    let sqlite = TestDb::sqlite().await;
    let postgres = TestDb::postgres().await;

    let sqlite = sqlite_columns(&sqlite.url).await;

    assert!(sqlite.len() > 100, "{}", sqlite.len());
    assert_eq!(sqlite, postgres_columns(&postgres.url).await);
}

#[tokio::test]
async fn migrating_again_changes_nothing() {
    let test = TestDb::sqlite().await;
    let before = sqlite_columns(&test.url).await;

    test.db.migrate().await.unwrap();

    assert_eq!(sqlite_columns(&test.url).await, before);
}
