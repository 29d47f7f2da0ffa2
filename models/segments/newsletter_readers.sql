/* ---
kind: segment
profile: customers
key: customer_id
owner: crm@shop.example
description: Allows the newsletter today, and opened at least two issues in the last 60 days
--- */
select e.customer_id
from {{ ref('engagement') }} as e
join {{ ref('consents') }} as n
  on n.customer_id = e.customer_id
where n.newsletter_consent
  and e.recent_opens >= {{ var('newsletter_min_opens', 2) }}
