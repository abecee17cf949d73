"""What people look at: rows, sentences, table, ranking, figures; `scene` in 3D, `page` in HTML."""
