//! Every change of a copy is seen in its contents.

use sqlx::Executor as _;

use super::workshop::{differences, workshops};
use crate::support::Admin;

/// A change, and what its line or table is called.
const CHANGES: [(&str, &str); 17] = [
    ("update customers set profile = '{\"a\": 1}' where id = 3", "public.customers"),
    ("delete from only parent", "public.parent"),
    ("update documents set place = '(1,3)' where place is not null", "public.documents"),
    ("insert into names_source select", ""),
    ("drop index orders_by_customer", "index public.orders_by_customer"),
    ("alter policy tenants on customers using (true)", "policy public.customers.tenants"),
    ("alter table customers no force row level security", "table public.customers"),
    ("alter table orders alter t set default 'x'", "column public.orders.t"),
    ("alter table orders alter t set not null", "column public.orders.t"),
    ("select setval('counter', 100)", "public.counter"),
    ("alter sequence counter increment 7", "sequence public.counter"),
    ("drop trigger orders_touch on orders", "trigger public.orders.orders_touch"),
    (
        "create or replace function shout(text) returns text language sql as 'select 1::text'",
        "function public.shout(text)",
    ),
    ("alter type mood add value 'angry'", "type public.mood"),
    ("revoke select on orders from reader", "table public.orders"),
    (
        "alter table orders drop constraint orders_customer_fkey",
        "constraint public.orders.orders_customer_fkey",
    ),
    ("create or replace view cheap as select * from orders where amount < 6", "view public.cheap"),
];

#[tokio::test]
async fn each_change_is_a_difference_of_its_own() {
    for workshop in workshops(Admin::Superuser).await {
        workshop.fill().await;
        let dump = workshop.dump().await;
        let copy = workshop.restored(1, &dump).await;
        let mut inside = workshop.superuser(&copy.name.to_string()).await;
        inside.execute("set row_security = off; create table names_source ()").await.unwrap();
        let mut before = workshop.contents(&copy).await;
        for (change, named) in CHANGES {
            inside.execute(change).await.unwrap();
            let after = workshop.contents(&copy).await;
            let found = differences(&before, &after);
            assert!(
                !found.is_empty() && found.iter().all(|line| line.contains(named)),
                "{change}: {found:?}"
            );
            before = after;
        }
    }
}
