"""How right the checker is on annotated contracts: figures, every miss and false alarm, and what a change did."""

from hpcp_rules.evaluation.gold import GoldClause, GoldDocument, SingleClause, load_clauses, load_gold
from hpcp_rules.evaluation.score import Counts, Evaluation, Mistake, compare, evaluate_clauses, evaluate_documents

__all__ = [
    "Counts", "Evaluation", "GoldClause", "GoldDocument", "Mistake", "SingleClause", "compare", "evaluate_clauses",
    "evaluate_documents", "load_clauses", "load_gold",
]  # fmt: skip
