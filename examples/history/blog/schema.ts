// A blog, in the builder DSL: everybody reads, authors write.

import { model, text, email, boolean, relation, datetime, allow } from '@atomo/schema'

export const Author = model('authors', {
  fields: {
    id: text().id(),
    name: text().required().min(1).max(100),
    email: email().required(),
    bio: text().max(2000).optional(),
    createdAt: datetime().defaultNow(),
  },
  access: { read: allow.any(), create: allow.role(['admin']) },
})

export const Post = model('posts', {
  fields: {
    id: text().id(),
    title: text().required().min(1).max(200),
    slug: text().required().min(1).max(200),
    body: text().required(),
    published: boolean().optional(),
    authorId: relation('authors').required(),
    createdAt: datetime().defaultNow(),
  },
  access: { read: allow.any(), create: allow.role(['author', 'admin']) },
})
