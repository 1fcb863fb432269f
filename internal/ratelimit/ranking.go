package ratelimit

import "container/heap"

// absent is the position of a member that is in no ranking.
const absent = -1

// ranked is a member of a ranking. It stores its own position, so that it can be moved and removed.
type ranked[T any] interface {
	before(other T) bool
	position() *int
}

// ranking is a heap; the first in order is at its front.
type ranking[T ranked[T]] []T

// put adds a member, or moves one whose rank has changed.
func (r *ranking[T]) put(member T) {
	if at := *member.position(); at != absent {
		heap.Fix(r, at)
		return
	}
	heap.Push(r, member)
}

// remove removes a member, if it is in the ranking.
func (r *ranking[T]) remove(member T) {
	if at := *member.position(); at != absent {
		heap.Remove(r, at)
	}
}

// Len and Less, with Swap, Push and Pop below, implement heap.Interface.
func (r *ranking[T]) Len() int           { return len(*r) }
func (r *ranking[T]) Less(i, j int) bool { return (*r)[i].before((*r)[j]) }

// Swap implements heap.Interface.
func (r *ranking[T]) Swap(i, j int) {
	members := *r
	members[i], members[j] = members[j], members[i]
	*members[i].position(), *members[j].position() = i, j
}

// Push implements heap.Interface.
func (r *ranking[T]) Push(member any) {
	added := member.(T)
	*added.position() = len(*r)
	*r = append(*r, added)
}

// Pop implements heap.Interface.
func (r *ranking[T]) Pop() any {
	members := *r
	last := members[len(members)-1]
	var none T
	members[len(members)-1] = none
	*r = members[:len(members)-1]
	*last.position() = absent
	return last
}
