/* ---
kind: trait
profile: customers
key: customer_id
owner: crm@shop.example
description: Recency, frequency and monetary score from 1 (low) to 5 (high), and the group they put a customer in
--- */
-- Fixed steps, not quintiles: a quintile moves when somebody else buys, and each move would be a row to send.
with

scored as (
  select
    s.customer_id,
    case
      when s.last_order_at >= clock.today - interval '30 days' then 5
      when s.last_order_at >= clock.today - interval '90 days' then 4
      when s.last_order_at >= clock.today - interval '180 days' then 3
      when s.last_order_at >= clock.today - interval '365 days' then 2
      else 1
    end as recency_score,
    case
      when s.orders >= 20 then 5
      when s.orders >= 10 then 4
      when s.orders >= 5 then 3
      when s.orders >= 2 then 2
      else 1
    end as frequency_score,
    case
      when s.lifetime_value >= 1000 then 5
      when s.lifetime_value >= 500 then 4
      when s.lifetime_value >= 200 then 3
      when s.lifetime_value >= 75 then 2
      else 1
    end as monetary_score
  from {{ ref('order_stats') }} as s
  cross join {{ ref('clock') }} as clock
)

select
  customer_id,
  recency_score,
  frequency_score,
  monetary_score,
  case
    when recency_score >= 4 and frequency_score + monetary_score >= 8 then 'champion'
    when recency_score >= 4 and frequency_score = 1 then 'new'
    when recency_score >= 3 and frequency_score >= 3 then 'loyal'
    when recency_score <= 2 and frequency_score + monetary_score >= 7 then 'slipping'
    when recency_score = 1 then 'lost'
    else 'occasional'
  end as rfm_group
from scored
