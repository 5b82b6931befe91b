// Package cache keeps fetched documents for a while, in memory, so that a document that several workflows read is fetched
// once and asked after with little more than a header. Nothing depends on what it holds.
package cache

import (
	"container/list"
	"sync"
	"time"
)

// Document is a fetched document with what its server said to recognise it by.
type Document struct {
	FinalURL     string
	ContentType  string
	Language     string
	ETag         string
	LastModified string
	Digest       string // of Body
	Body         []byte // shared by all who read it: it must not be written to
	At           time.Time
}

// size is what a document counts, with what it costs to remember it.
func (d Document) size() int64 { return int64(len(d.Body)+len(d.FinalURL)) + 1024 }

// Cache holds documents by their addresses up to a number of bytes, and forgets those first that were not asked for the
// longest. Addresses whose documents are the same share one body. It is safe for concurrent use; a nil one holds nothing.
type Cache struct {
	mu     sync.Mutex
	most   int64
	held   int64
	order  *list.List // of *entry, the last used first
	byURL  map[string]*list.Element
	bodies map[string]*body // by digest
}

type entry struct {
	address  string
	document Document
}

type body struct {
	bytes []byte
	users int
}

// New returns a cache of at most so many bytes. A document larger than a quarter of that is not kept.
func New(most int64) *Cache {
	return &Cache{most: most, order: list.New(), byURL: map[string]*list.Element{}, bodies: map[string]*body{}}
}

// Get returns the document of an address.
func (c *Cache) Get(address string) (Document, bool) {
	if c == nil {
		return Document{}, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.byURL[address]
	if !ok {
		return Document{}, false
	}
	c.order.MoveToFront(e)
	return e.Value.(*entry).document, true
}

// Put keeps a document in place of what the address had.
func (c *Cache) Put(address string, d Document) {
	if c == nil || d.size() > c.most/4 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.byURL[address]; ok {
		c.drop(e)
	}
	b := c.bodies[d.Digest]
	if b == nil {
		b = &body{bytes: d.Body}
		c.bodies[d.Digest] = b
		c.held += int64(len(d.Body))
	}
	b.users++
	d.Body = b.bytes
	c.held += d.size() - int64(len(d.Body))
	c.byURL[address] = c.order.PushFront(&entry{address, d})
	for c.held > c.most {
		c.drop(c.order.Back())
	}
}

func (c *Cache) drop(e *list.Element) {
	old := c.order.Remove(e).(*entry)
	delete(c.byURL, old.address)
	d := old.document
	c.held -= d.size() - int64(len(d.Body))
	if b := c.bodies[d.Digest]; b.users > 1 {
		b.users--
		return
	}
	delete(c.bodies, d.Digest)
	c.held -= int64(len(d.Body))
}
