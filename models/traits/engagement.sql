/* ---
kind: trait
profile: customers
key: customer_id
owner: crm@shop.example
description: When a customer was last seen on the site, and how often the newsletter was opened lately
--- */
with

since as (
  select today - {{ var('newsletter_days', 60) }} as starts_at
  from {{ ref('clock') }}
)

select
  e.customer_id,
  max(case when e.event_name <> 'email_open' then e.occurred_at end) as last_visit_at,
  max(case when e.event_name = 'email_open' then e.occurred_at end) as last_open_at,
  count(case when e.event_name = 'email_open' and e.occurred_at >= since.starts_at then 1 end) as recent_opens
from {{ source('shop', 'web_events') }} as e
cross join since
where e.customer_id is not null
  and e.occurred_at <= {{ as_of }}
group by e.customer_id
