package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
)

// table is a heading and aligned rows. Columns but the first are numbers and aligned at their right.
type table struct {
	title string
	rows  [][]string
	notes []string
}

func newTable(title string, columns ...string) *table {
	return &table{title: title, rows: [][]string{columns}}
}

func (t *table) row(cells ...string) { t.rows = append(t.rows, cells) }

// note is a line below the table: what a number does or does not contain.
func (t *table) note(format string, args ...any) {
	t.notes = append(t.notes, fmt.Sprintf(format, args...))
}

func (t *table) print(w io.Writer) {
	fmt.Fprintf(w, "\n%s\n", t.title)
	var numbers strings.Builder
	right := tabwriter.NewWriter(&numbers, 0, 0, 3, ' ', tabwriter.AlignRight)
	wide := 0
	for _, r := range t.rows {
		wide = max(wide, len(r[0]))
		fmt.Fprintln(right, strings.Join(r[1:], "\t")+"\t")
	}
	right.Flush()
	for i, line := range strings.Split(strings.TrimSuffix(numbers.String(), "\n"), "\n") {
		fmt.Fprintln(w, strings.TrimRight(fmt.Sprintf("  %-*s%s", wide, t.rows[i][0], line), " "))
	}
	for _, n := range t.notes {
		fmt.Fprintf(w, "  %s\n", n)
	}
}

// against says how a number stands to its goal: as a ratio, and in a word.
func against(got, goal float64) (ratio, verdict string) {
	verdict = "met"
	if got > goal {
		verdict = "missed"
	}
	return fmt.Sprintf("%.2f", got/goal), verdict
}

// ms writes a duration in milliseconds.
func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1e3) }
