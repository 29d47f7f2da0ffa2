/* ---
kind: profile
key: customer_id
owner: data@shop.example
description: Everybody with an account, with what they bought, how recently they were active and what they allow
--- */
-- No column counts days ("days since last order"): it would change for every customer every day, and every change is sent.
select
  c.customer_id,
  c.email,
  c.phone,
  c.first_name,
  c.last_name,
  c.country,
  c.city,
  c.postal_code,
  c.birth_date,
  c.created_at,
  coalesce(s.orders, 0) as orders,
  coalesce(s.lifetime_value, 0) as lifetime_value,
  coalesce(s.value_last_year, 0) as value_last_year,
  s.first_order_at,
  s.last_order_at,
  greatest(
    c.created_at,
    coalesce(s.last_order_at, c.created_at),
    coalesce(e.last_visit_at, c.created_at),
    coalesce(e.last_open_at, c.created_at)
  ) as last_activity_at,
  r.recency_score,
  r.frequency_score,
  r.monetary_score,
  coalesce(r.rfm_group, 'prospect') as rfm_group,
  i.favourite_category,
  coalesce(n.newsletter_consent, false) as newsletter_consent,
  coalesce(n.ads_consent, false) as ads_consent,
  coalesce(n.sms_consent, false) as sms_consent
from {{ source('shop', 'customers') }} as c
left join {{ ref('order_stats') }} as s
  on s.customer_id = c.customer_id
left join {{ ref('rfm') }} as r
  on r.customer_id = c.customer_id
left join {{ ref('engagement') }} as e
  on e.customer_id = c.customer_id
left join {{ ref('interests') }} as i
  on i.customer_id = c.customer_id
left join {{ ref('consents') }} as n
  on n.customer_id = c.customer_id
where c.created_at <= {{ as_of }}
