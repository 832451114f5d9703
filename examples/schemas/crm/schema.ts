// Companies, the people in them and what is being sold to them, in the builder DSL.

import { model, text, email, url, number, select, relation, datetime, action, allow } from '@atomo/schema'

export const Company = model('companies', {
  fields: {
    id: text().id(),
    name: text().required().min(1).max(200),
    website: url().optional(),
    employees: number().min(1).optional(),
    createdAt: datetime().defaultNow(),
  },
  access: { read: allow.authenticated(), create: allow.role(['sales', 'admin']) },
})

export const Contact = model('contacts', {
  fields: {
    id: text().id(),
    name: text().required().min(1).max(100),
    email: email().required(),
    stage: select(['lead', 'prospect', 'customer']).default('lead'),
    companyId: relation('companies').optional(),
    createdAt: datetime().defaultNow(),
    changedAt: datetime().autoUpdate().optional(),
  },
  access: { read: allow.authenticated(), create: allow.role(['sales', 'admin']) },
  on: { updated: [action.whenChanged('stage')] },
})

export const Deal = model('deals', {
  fields: {
    id: text().id(),
    title: text().required().min(1).max(200),
    amount: number().min(0).required(), // in cents
    stage: select(['open', 'won', 'lost']).default('open'),
    contactId: relation('contacts').required(),
    closesAt: datetime().optional(),
    createdAt: datetime().defaultNow(),
  },
  access: { read: allow.role(['sales', 'manager', 'admin']), create: allow.role(['sales', 'admin']) },
})
