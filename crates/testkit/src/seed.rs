//! Readers by the thousand, put into a database without asking each to confirm.

use domain::ListId;
use sqlx::{Connection, PgConnection, SqliteConnection};

const SUBSCRIBE_ALL: &str =
    "insert into subscription (id, list_id, subscriber_id, state, created_at, joined_at, version)
     select id, $1, id, 'confirmed', 0, 0, 1 from subscriber order by id";

/// Gives a list `count` confirmed subscribers, `reader1@example.org` to `reader{count}@example.org`, who joined at the
/// epoch. For databases without readers only: the rows' ids are their numbers,
/// and so are the hashes of the addresses.
///
/// # Panics
/// When the database does not take them.
pub async fn readers(url: &str, list: ListId, count: u32) {
    let done = if url.starts_with("sqlite:") {
        readers_of_sqlite(url, list, count).await
    } else {
        readers_of_postgres(url, list, count).await
    };
    done.expect("the database takes readers");
}

async fn readers_of_sqlite(url: &str, list: ListId, count: u32) -> sqlx::Result<()> {
    let mut connection = SqliteConnection::connect(url).await?;
    sqlx::query(
        "with recursive n (i) as (select 1 union all select i + 1 from n where i < $1)
         insert into subscriber (id, address, address_hash, address_version, attributes, source, created_at, version)
         select unhex(printf('%032x', i)), 'reader' || i || '@example.org', unhex(printf('%064x', i)), 1, '{}',
                'seed', 0, 1
         from n",
    )
    .bind(i64::from(count))
    .execute(&mut connection)
    .await?;
    sqlx::query(SUBSCRIBE_ALL)
        .bind(list.get())
        .execute(&mut connection)
        .await?;
    connection.close().await
}

async fn readers_of_postgres(url: &str, list: ListId, count: u32) -> sqlx::Result<()> {
    let mut connection = PgConnection::connect(url).await?;
    sqlx::query(
        "insert into subscriber (id, address, address_hash, address_version, attributes, source, created_at, version)
         select lpad(to_hex(i), 32, '0')::uuid, 'reader' || i || '@example.org',
                decode(lpad(to_hex(i), 64, '0'), 'hex'), 1, '{}', 'seed', 0, 1
         from generate_series(1, $1) as n (i)",
    )
    .bind(i64::from(count))
    .execute(&mut connection)
    .await?;
    sqlx::query(SUBSCRIBE_ALL)
        .bind(list.get())
        .execute(&mut connection)
        .await?;
    sqlx::query("analyze").execute(&mut connection).await?;
    connection.close().await
}
