// A small shop, in the interface format: what binds a field stands in the comment beside it.
// Prices are in cents, for a number is a whole one.

export interface Category {
  id: string;
  name: string; // @unique
  description?: string;
}

export interface Product {
  // @@check(price >= 0)
  // @@check(stock >= 0)
  id: string;
  sku: string; // @unique
  title: string; // @index
  price: number;
  stock: number;
  categoryId: string;
}

export const schema = {
  models: {
    Category: {
      tableName: 'categories',
      primaryKey: 'id',
      searchable: ['name'],
      access: { create: 'admin', read: 'authenticated' },
      validation: { name: 'required|min:1|max:80' },
      ui: { listView: ['name'] },
    },
    Product: {
      tableName: 'products',
      primaryKey: 'id',
      searchable: ['title', 'sku'],
      access: { create: 'admin', read: 'authenticated' },
      relationships: {
        category: { type: 'belongsTo', model: 'Category', foreignKey: 'categoryId' },
      },
      validation: { sku: 'required|min:3|max:32', title: 'required|min:1|max:200' },
      ui: { listView: ['sku', 'title', 'price', 'stock'] },
    },
  },
  config: { auditLog: true },
};
