package server

import (
	"bytes"
	"fmt"
	"io"
	"mime"
	"strconv"
	"strings"

	"github.com/bankingcore/bankcore/internal/api"
	"github.com/bankingcore/bankcore/internal/reports"
	"github.com/bankingcore/bankcore/internal/statement"
)

const (
	mediaCSV = "text/csv"
	mediaPDF = "application/pdf"
)

func csvStatement(s *reports.Statement, byteOrderMark bool) (api.GetStatementResponseObject, error) {
	var text bytes.Buffer
	if byteOrderMark {
		text.WriteString(statement.ByteOrderMark)
	}
	if err := statement.WriteCSV(&text, s); err != nil {
		return nil, fmt.Errorf("write a statement as CSV: %w", err)
	}
	return api.GetStatement200TextcsvCharsetUtf8Response{
		Body: &text, ContentLength: int64(text.Len()), Headers: fileNamed(s, "csv"),
	}, nil
}

func pdfStatement(s *reports.Statement) (api.GetStatementResponseObject, error) {
	var text bytes.Buffer
	if err := statement.WritePDF(&text, s); err != nil {
		return nil, fmt.Errorf("write a statement as PDF: %w", err)
	}
	return api.GetStatement200ApplicationpdfResponse{
		Body: io.Reader(&text), ContentLength: int64(text.Len()), Headers: fileNamed(s, "pdf"),
	}, nil
}

func fileNamed(s *reports.Statement, extension string) api.GetStatement200ResponseHeaders {
	return api.GetStatement200ResponseHeaders{
		ContentDisposition: fmt.Sprintf(`attachment; filename="statement-%s-%s.%s"`, s.Account.Number, s.From.Format("2006-01"), extension),
	}
}

// preferred returns the offer that an Accept header (RFC 9110, section 12.5.1) prefers, the first if there is no preference or no
// header, and "" if the header accepts none of them.
func preferred(accept []string, offers ...string) string {
	if len(accept) == 0 {
		return offers[0]
	}
	best, bestWeight := "", 0.0
	for _, offer := range offers {
		if weight := weightOf(offer, strings.Join(accept, ",")); weight > bestWeight {
			best, bestWeight = offer, weight
		}
	}
	return best
}

// weightOf returns the weight that the most specific matching range gives a media type.
func weightOf(media, accept string) float64 {
	family, _, _ := strings.Cut(media, "/")
	weight, specific := 0.0, 0
	for item := range strings.SplitSeq(accept, ",") {
		name, parameters, err := mime.ParseMediaType(item)
		if err != nil {
			continue
		}
		precision := map[string]int{"*/*": 1, family + "/*": 2, media: 3}[name]
		if precision <= specific {
			continue
		}
		weight, specific = 1, precision
		if q, given := parameters["q"]; given {
			if weight, err = strconv.ParseFloat(q, 64); err != nil {
				weight = 0
			}
		}
	}
	return weight
}
