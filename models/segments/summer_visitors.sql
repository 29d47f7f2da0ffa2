/* ---
kind: segment
profile: customers
key: customer_id
owner: growth@shop.example
description: Came to the site on two days of the last complete summer (June to August), but not on three
--- */
with

summer as (
  select
    cast(summer_of || '-06-01' as date) as starts_on,
    cast(summer_of || '-09-01' as date) as ends_on
  from (
    select cast(extract(year from today) - case when extract(month from today) < 9 then 1 else 0 end as integer) as summer_of
    from {{ ref('clock') }}
  ) as last_complete
)

select e.customer_id
from {{ source('shop', 'web_events') }} as e
cross join summer
where e.customer_id is not null
  and e.event_name <> 'email_open'
  and e.occurred_at >= summer.starts_on
  and e.occurred_at < summer.ends_on
group by e.customer_id
having count(distinct cast(e.occurred_at as date)) = {{ var('summer_visits', 2) }}
