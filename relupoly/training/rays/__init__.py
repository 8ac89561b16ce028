"""rays"""
